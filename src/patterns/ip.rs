//! Internet addresses inside payloads. Every request has the client's address by itself, so only
//! copies are looked for. A version number looks the same, so without a key only addresses of
//! public ranges that fill the value are shown, as possible: as often they are of a server.

use super::{Confidence, CounterExample, DataClass, Detector, Example, Found, Input, Signals, Strength};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(super) static DETECTOR: Detector = Detector {
    id: "ip_address",
    title: "Internet addresses",
    examples: &[
        Example("client_ip", "198.51.100.23", DataClass::IpAddress),
        Example("uip", "2001:db8:40:81b::200e", DataClass::IpAddress),
        Example("", "203.0.113.77", DataClass::IpAddress),
        Example("x", "2001:db8:40:81b::200e", DataClass::IpAddress),
        Example("ip", "192.168.1.20", DataClass::IpAddress),
        Example("ip", "2001:db8:40::", DataClass::IpAddress),
    ],
    counter_examples: &[
        CounterExample("", "120.0.6099.224"),
        CounterExample("", "120.0.0.0"),
        CounterExample("version", "1.2.3.4"),
        CounterExample("", "192.168.1.20"),
        CounterExample("ip", "127.0.0.1"),
        CounterExample("ip", "0.0.0.0"),
        CounterExample("ip", "198.51.0.0"),
        CounterExample("", "12:30:45"),
        CounterExample("", "::1"),
        CounterExample("appVersion", "203.0.113.77"),
    ],
    wakes_on: Signals::ADDRESS_OF_HOST,
    find,
};

fn find(input: &Input<'_>, found: &mut Found<'_>) {
    let text = input.text.trim();
    let Ok(address) = text.parse::<IpAddr>() else { return };
    if is_nobody(address) {
        return;
    }
    let whole = 0..input.text.len();
    let public = is_public(address);
    let class = DataClass::IpAddress;
    match (input.speaks_for(class), public) {
        (Some(Strength::Strong), true) => {
            found.add(class, Confidence::Certain, "a public address under such a key", whole);
        }
        (Some(_), _) => found.add(class, Confidence::Likely, "an address under such a key", whole),
        (None, true) if !is_like_version(address) && !names_version(input.path) => {
            found.add(class, Confidence::Possible, "a public address that fills the value", whole);
        }
        (None, _) => {}
    }
}

/// Whether a value is an internet address that somebody can have.
pub(super) fn is_address(value: &str) -> bool {
    value.parse::<IpAddr>().is_ok_and(|address| !is_nobody(address))
}

/// Loopback, unspecified, broadcast, and the addresses of networks of 65,536 and more.
fn is_nobody(address: IpAddr) -> bool {
    let is_wide = |v4: Ipv4Addr| v4 == Ipv4Addr::BROADCAST || v4.octets()[2..] == [0, 0];
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || matches!(address, IpAddr::V4(v4) if is_wide(v4))
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let shared = first == 100 && (64..128).contains(&second);
            !(v4.is_private() || v4.is_link_local() || shared || first == 0 || first >= 240)
        }
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // All addresses that are routed today begin with 2 or 3.
    (0x2000..0x4000).contains(&address.segments()[0])
}

/// `120.0.0.0`, `1.2.3.4`: what releases are called.
fn is_like_version(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let octets = v4.octets();
            let small = octets.iter().filter(|octet| **octet < 20).count();
            octets[3] == 0 || small >= 2
        }
        IpAddr::V6(_) => false,
    }
}

fn names_version(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    last.as_bytes().windows(3).any(|part| part.eq_ignore_ascii_case(b"ver"))
}
