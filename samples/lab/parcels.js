// Check digits of parcel numbers, so that the invented parcels have numbers
// that a validating reader accepts.

/** USPS: 21 digits and a modulo-10 check digit, weights 3 and 1 from the right. */
export function uspsNumber(digits) {
  const sum = [...digits].reverse()
    .reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0);
  return digits + ((10 - (sum % 10)) % 10);
}

/** UPU S10: two letters, eight digits, a weighted modulo-11 check digit, a country. */
export function s10Number(service, serial, country) {
  const weights = [8, 6, 4, 2, 3, 5, 9, 7];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(serial[i]), 0);
  const check = 11 - (sum % 11);
  return service + serial + ({ 10: 0, 11: 5 }[check] ?? check) + country;
}
