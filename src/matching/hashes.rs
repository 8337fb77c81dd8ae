//! The hash functions under which vendors, sites and other tools send personal data. Digests are
//! looked up by their first eight bytes, which is as good as all of them for telling values apart.

use crate::patterns::Digest;
use md5::Digest as _;

/// The word that one network appends to every address before it hashes it.
const AWIN_SALT: &[u8] = b"QX4QkKEU";

macro_rules! hashes {
    ($($(#[$doc:meta])* $name:ident $word:literal $size:literal,)+) => {
        /// A hash function.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[repr(u8)]
        pub enum HashFunction {
            $($(#[$doc])* $name,)+
        }

        impl HashFunction {
            /// All functions, the commonest first.
            pub const ALL: [HashFunction; [$(HashFunction::$name),+].len()] = [$(HashFunction::$name),+];

            /// The name in tables.
            pub fn word(self) -> &'static str {
                match self {
                    $(HashFunction::$name => $word,)+
                }
            }

            /// The length of its digests in bytes.
            pub fn size(self) -> usize {
                match self {
                    $(HashFunction::$name => $size,)+
                }
            }
        }
    };
}

hashes! {
    /// SHA-256.
    Sha256 "SHA-256" 32,
    /// MD5.
    Md5 "MD5" 16,
    /// SHA-1.
    Sha1 "SHA-1" 20,
    /// SHA-512.
    Sha512 "SHA-512" 64,
    /// SHA-256 of the value with a network's fixed word behind it.
    Awin "salted SHA-256 (Awin)" 32,
    /// SHA-384.
    Sha384 "SHA-384" 48,
    /// SHA-224.
    Sha224 "SHA-224" 28,
    /// SHA3-256.
    Sha3_256 "SHA3-256" 32,
    /// SHA3-512.
    Sha3_512 "SHA3-512" 64,
    /// SHA3-384.
    Sha3_384 "SHA3-384" 48,
    /// SHA3-224.
    Sha3_224 "SHA3-224" 28,
    /// RIPEMD-160.
    Ripemd160 "RIPEMD-160" 20,
    /// Whirlpool.
    Whirlpool "Whirlpool" 64,
    /// MD2.
    Md2 "MD2" 16,
    /// MD4.
    Md4 "MD4" 16,
    /// BLAKE2b with 64 bytes.
    Blake2b "BLAKE2b" 64,
    /// BLAKE2s with 32 bytes.
    Blake2s "BLAKE2s" 32,
    /// BLAKE3.
    Blake3 "BLAKE3" 32,
    /// MurmurHash3 in its form for 64-bit machines.
    Murmur3 "MurmurHash3" 16,
}

impl HashFunction {
    /// The functions that vendors ask for.
    pub const USUAL: [HashFunction; 4] =
        [HashFunction::Sha256, HashFunction::Md5, HashFunction::Sha1, HashFunction::Sha512];

    /// The digest of some bytes.
    pub fn digest(self, value: &[u8]) -> Digest {
        match self {
            HashFunction::Sha256 => digest(&sha2::Sha256::digest(value)),
            HashFunction::Md5 => digest(&md5::Md5::digest(value)),
            HashFunction::Sha1 => digest(&sha1::Sha1::digest(value)),
            HashFunction::Sha512 => digest(&sha2::Sha512::digest(value)),
            HashFunction::Awin => digest(&sha2::Sha256::new().chain_update(value).chain_update(AWIN_SALT).finalize()),
            HashFunction::Sha384 => digest(&sha2::Sha384::digest(value)),
            HashFunction::Sha224 => digest(&sha2::Sha224::digest(value)),
            HashFunction::Sha3_256 => digest(&sha3::Sha3_256::digest(value)),
            HashFunction::Sha3_512 => digest(&sha3::Sha3_512::digest(value)),
            HashFunction::Sha3_384 => digest(&sha3::Sha3_384::digest(value)),
            HashFunction::Sha3_224 => digest(&sha3::Sha3_224::digest(value)),
            HashFunction::Ripemd160 => digest(&ripemd::Ripemd160::digest(value)),
            HashFunction::Whirlpool => digest(&whirlpool::Whirlpool::digest(value)),
            HashFunction::Md2 => digest(&md2::Md2::digest(value)),
            HashFunction::Md4 => digest(&md4::Md4::digest(value)),
            HashFunction::Blake2b => digest(&blake2::Blake2b512::digest(value)),
            HashFunction::Blake2s => digest(&blake2::Blake2s256::digest(value)),
            HashFunction::Blake3 => digest(blake3::hash(value).as_bytes()),
            HashFunction::Murmur3 => digest(&fastmurmur3::murmur3_x64_128(value, 0).to_be_bytes()),
        }
    }

    /// The keys under which a digest of this function may be met: one, but for MurmurHash3, whose
    /// halves are sent alone and in either byte order.
    pub fn keys(self, digest: &Digest) -> impl Iterator<Item = u64> {
        let first = key(digest.as_bytes());
        let rest = match self {
            HashFunction::Murmur3 => {
                let second = key(digest.as_bytes().get(8..).unwrap_or_default());
                [Some(second), Some(first.swap_bytes()), Some(second.swap_bytes())]
            }
            _ => [None; 3],
        };
        std::iter::once(first).chain(rest.into_iter().flatten())
    }

    /// The ways in which a digest is written where it is hashed once more.
    pub fn texts(self, digest: &Digest) -> Vec<String> {
        let bytes = digest.as_bytes();
        if self != HashFunction::Murmur3 {
            return vec![data_encoding::HEXLOWER.encode(bytes)];
        }
        let (second, first) = (key(bytes), key(bytes.get(8..).unwrap_or_default()));
        let whole = u128::from(second) << 64 | u128::from(first);
        vec![first.cast_signed().to_string(), second.cast_signed().to_string(), whole.to_string()]
    }
}

fn digest(bytes: &[u8]) -> Digest {
    Digest::new(bytes).unwrap_or(Digest::EMPTY)
}

/// The key of a digest: its first eight bytes.
pub fn key(digest: &[u8]) -> u64 {
    let mut first = [0; 8];
    let length = digest.len().min(8);
    first[..length].copy_from_slice(&digest[..length]);
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;

    #[test]
    fn digests_are_those_of_the_standards() {
        for (function, expected) in [
            (HashFunction::Md2, "da853b0d3f88d99b30283a69e6ded6bb"),
            (HashFunction::Md4, "a448017aaf21d8525fc10ae87aa6729d"),
            (HashFunction::Md5, "900150983cd24fb0d6963f7d28e17f72"),
            (HashFunction::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (HashFunction::Sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
            (HashFunction::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (HashFunction::Sha3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
            (HashFunction::Ripemd160, "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
            (HashFunction::Blake2s, "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"),
            (HashFunction::Blake3, "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"),
        ] {
            assert_eq!(HEXLOWER.encode(function.digest(b"abc").as_bytes()), expected, "{}", function.word());
        }
        for function in HashFunction::ALL {
            assert_eq!(function.digest(b"abc").as_bytes().len(), function.size(), "{}", function.word());
        }
    }

    #[test]
    fn murmur_is_known_by_either_half_and_as_a_number() {
        let digest = HashFunction::Murmur3.digest(b"jane.roe@example.com");
        let texts = HashFunction::Murmur3.texts(&digest);
        let keys: Vec<u64> = HashFunction::Murmur3.keys(&digest).collect();
        for text in &texts[..2] {
            let number: i64 = text.parse().unwrap();
            assert!(keys.contains(&number.cast_unsigned()), "{text}");
        }
        let whole: u128 = texts[2].parse().unwrap();
        assert!(keys.contains(&(whole as u64)));
    }
}
