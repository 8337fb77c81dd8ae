// What the invented people browse with, as Playwright context options. The
// Chromium release in the User-Agent is the one that really runs, so that
// header and client hints agree.

const DESKTOP = { isMobile: false, hasTouch: false, deviceScaleFactor: 1 };
const MOBILE = { isMobile: true, hasTouch: true };

const DEVICES = {
  windows: { ...DESKTOP, platform: 'Windows NT 10.0; Win64; x64', viewport: [1536, 730], screen: [1536, 864] },
  laptop: { ...DESKTOP, platform: 'Windows NT 10.0; Win64; x64', viewport: [1366, 641], screen: [1366, 768] },
  mac: { ...DESKTOP, platform: 'Macintosh; Intel Mac OS X 10_15_7', viewport: [1440, 789], screen: [1440, 900] },
  pixel: { ...MOBILE, platform: 'Linux; Android 14; Pixel 7', viewport: [412, 839], screen: [412, 915], deviceScaleFactor: 2.625 },
  galaxy: { ...MOBILE, platform: 'Linux; Android 15; SM-S918B', viewport: [384, 700], screen: [384, 824], deviceScaleFactor: 2.8125 },
};

export function contextOptions(person, chromiumVersion) {
  const { platform, viewport, screen, ...rest } = DEVICES[person.device];
  const release = `${chromiumVersion.split('.')[0]}.0.0.0`;
  const mobile = rest.isMobile ? ' Mobile' : '';
  return {
    ...rest,
    userAgent: `Mozilla/5.0 (${platform}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${release}${mobile} Safari/537.36`,
    viewport: size(viewport),
    screen: size(screen),
    locale: 'en-US',
    timezoneId: person.timezone,
  };
}

function size([width, height]) {
  return { width, height };
}
