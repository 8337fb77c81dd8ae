//! How names in the files are read: parameters' names, event words and hosts.

/// The key path of a parameter's name, and whether a wildcard is in it.
///
/// `ud[em]` and `/ud/em` are `ud/em`; `data#/user/id` is `data/user/id`; positions in lists
/// (`/events/0/type`, `items[]`) are `*`. A dot is an ordinary character.
pub(crate) fn key_path(name: &str) -> (String, bool) {
    let mut segments: Vec<String> = Vec::new();
    for part in name.split('#') {
        if let Some(pointer) = part.strip_prefix('/') {
            for segment in pointer.split('/') {
                segments.push(index_or_name(&segment.replace("~1", "/").replace("~0", "~")));
            }
            continue;
        }
        match part.split_once('[').filter(|(head, _)| !head.is_empty() && part.ends_with(']')) {
            Some((head, rest)) => {
                segments.push(head.to_owned());
                let inner = rest.trim_end_matches(']');
                segments.extend(inner.split("][").map(index_or_name));
            }
            None => segments.push(part.to_owned()),
        }
    }
    (segments.join("/"), name.contains('*'))
}

fn index_or_name(segment: &str) -> String {
    let index = segment.bytes().all(|byte| byte.is_ascii_digit());
    if index { "*".to_owned() } else { segment.to_owned() }
}

/// An event word without what vendors write differently: case, spaces, underscores, hyphens.
pub(crate) fn event_key(raw: &str) -> String {
    raw.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The domains that cover a host pattern, the narrowest first, without a leading dot.
pub(super) fn wider(pattern: &str) -> impl Iterator<Item = &str> {
    let (name, itself) = match pattern.strip_prefix('.') {
        Some(domain) => (domain, None),
        None => (pattern, Some(pattern)),
    };
    let above = name.match_indices('.').map(|(at, _)| &name[at + 1..]);
    itself.into_iter().chain(above)
}

pub(super) fn check_host(host: &str) -> Result<(), String> {
    let name = host.strip_prefix('.').unwrap_or(host);
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte);
    if name.is_empty() || name.starts_with('.') || name.ends_with('.') || !name.bytes().all(good) {
        return Err(format!("{host:?} is not a host: lower case, no port, no path"));
    }
    Ok(())
}
