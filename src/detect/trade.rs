//! The trades of recipients: the same name means a browser to the advertising trade, a customer to a
//! shop and a part of the page to a service that the page is made with.

/// Who stands behind the place where a value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trade {
    /// The site itself: the value is in the URL of one of its pages.
    Site,
    /// Advertising and the exchange of browser ids.
    Advertising,
    /// A service that the page is made with: fonts, maps, videos, logins, consent banners.
    Service,
    /// A translation service, which receives the page's own words.
    Translation,
    /// A service of fonts, which are asked for by family and name.
    Fonts,
    /// Somebody unknown who is asked to exchange ids of browsers.
    Exchange,
    /// Anybody else, whose names mean what they say.
    Other,
}

impl Trade {
    /// The trade of a company, by what its product is for and by its host.
    pub(super) fn of(purpose: &str, host: &str) -> Trade {
        match purpose {
            _ if host.starts_with("translate.") || host.starts_with("translate-pa.") => Trade::Translation,
            _ if host.starts_with("fonts.") => Trade::Fonts,
            "advertising" | "cookie sync" | "data management platform" | "identity" | "measurement" => {
                Trade::Advertising
            }
            "address lookup" | "CDN" | "consent management" | "content" | "feature flags" | "hosting" | "login"
            | "maps" | "social" | "tag manager" | "utility" | "video" | "web platform" => Trade::Service,
            _ => Trade::Other,
        }
    }
}

/// Whether a URL's path says that ids of browsers are exchanged: `/usersync`, `/cm`, `/setuid`. Whoever
/// is asked so belongs to the trade, though no list knows the host.
pub(super) fn exchanges_ids(path: &[u8]) -> bool {
    const WORDS: [&str; 20] = [
        "cksync",
        "cm",
        "cookiematch",
        "cookiesync",
        "csync",
        "getuid",
        "idmatch",
        "idsync",
        "match",
        "matching",
        "pixelsync",
        "setuid",
        "sync",
        "syncuser",
        "um",
        "ums",
        "uidsync",
        "usermatch",
        "usersync",
        "xuid",
    ];
    let last = path.split(|&byte| byte == b'/').rfind(|segment| !segment.is_empty()).unwrap_or_default();
    let name = last.split(|&byte| byte == b'.').next().unwrap_or_default();
    let letters = || name.iter().filter(|byte| !matches!(byte, b'-' | b'_')).map(u8::to_ascii_lowercase);
    name.len() <= 16 && WORDS.iter().any(|word| letters().eq(word.bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exchanges_of_ids_are_known_by_their_path() {
        for path in ["/sync", "/a/user_sync/", "/cookie-sync.php", "/cm", "/setuid"] {
            assert!(exchanges_ids(path.as_bytes()), "{path}");
        }
        for path in ["", "/", "/sync/contacts", "/async", "/matches", "/users"] {
            assert!(!exchanges_ids(path.as_bytes()), "{path}");
        }
    }
}
