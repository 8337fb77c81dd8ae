//! Values in URLs, headers and cookies, rule by rule.

use super::*;
use crate::record::Pair;

#[test]
fn a_plain_parameter_is_one_leaf() {
    let nodes = url("https://t.example/tr?id=1616&ev=PageView&empty=&flag");
    let expected = [("", "tr"), ("id", "1616"), ("ev", "PageView"), ("", "flag")];
    assert_eq!(listing(&nodes), expected);
    assert!(nodes.iter().all(|node| node.leaf && !node.encoded));
    assert_eq!(nodes[1].chain, "query:id");
    assert_eq!(nodes[1].container, nodes[2].container);
    assert_ne!(nodes[0].container, nodes[1].container);
}

#[test]
fn a_copied_page_url_is_a_value_and_a_url() {
    let nodes = query("dl=https%3A%2F%2Fpost.example%2Fmail%3Faddress%3D12%2520Elm%2520St%23top");
    let page = find(&nodes, "https://post.example/mail?address=12%20Elm%20St#top");
    assert_eq!((page.chain.as_str(), page.leaf), ("query:dl > percent", false));
    assert_eq!(page.host, None);
    let address = find(&nodes, "12 Elm St");
    assert_eq!(address.chain, "query:dl > percent > url > query:address > percent");
    assert_eq!(address.keys, "dl/address");
    assert_eq!(address.host.as_deref(), Some("post.example"));
    assert_eq!(address.url_keys.as_deref(), Some("dl"));
    assert_eq!(address.inner_keys, "address");
    assert!(!address.encoded);
    assert_eq!(find(&nodes, "mail").chain, "query:dl > percent > url > path:1");
    assert_eq!(find(&nodes, "top").chain, "query:dl > percent > url > fragment");
}

#[test]
fn a_relative_page_url_counts_as_a_copied_url() {
    let nodes = query("dp=/checkout?zip=62701");
    assert_eq!(find(&nodes, "62701").host.as_deref(), Some(""));
    assert_eq!(find(&nodes, "62701").keys, "dp/zip");
}

#[test]
fn brackets_and_arrays_share_one_spelling() {
    let nodes = query("udff%5Bem%5D=a1&cd[items][0][id]=b2&requests[]=c3");
    assert_eq!(listing(&nodes), [("udff/em", "a1"), ("cd/items/*/id", "b2"), ("requests/*", "c3")]);
    assert_eq!(nodes[0].chain, "query:udff[em]");
}

#[test]
fn plus_is_a_space_but_not_in_addresses_and_phone_numbers() {
    assert_eq!(find(&query("n=Jane+Roe"), "Jane Roe").chain, "query:n > plus");
    assert_eq!(find(&query("n=Jane+Roe%21"), "Jane Roe!").chain, "query:n > percent");
    assert_eq!(find(&query("e=jane+news@example.com"), "jane+news@example.com").chain, "query:e");
    find(&query("e=jane+news%40example.com"), "jane+news@example.com");
    find(&query("q=ask+now+jane@example.com"), "ask now jane@example.com");
    find(&query("t=+12025550143"), "+12025550143");
}

#[test]
fn percent_encoding_is_undone_as_often_as_it_was_done() {
    let nodes = query("p=e%253Djane%252540example.com");
    assert_eq!(find(&nodes, "e%3Djane%2540example.com").chain, "query:p > percent");
    let innermost = find(&nodes, "jane@example.com");
    assert_eq!(innermost.chain, "query:p > percent > percent > query:e > percent");
    assert_eq!(innermost.keys, "p/e");
    assert_eq!(find(&query("c=M%u00fcnchen"), "München").chain, "query:c > percent");
    find(&query("c=%ud83d%ude00"), "😀");
    assert_eq!(find(&query("d=50%+off%zz"), "50% off%zz").chain, "query:d > plus");
}

#[test]
fn json_in_a_parameter_gives_its_members() {
    let nodes = query("pd=%7B%22em%22%3A%22a1%22%2C%22ids%22%3A%5B7%2Cnull%2C%7B%22x%22%3Atrue%7D%5D%7D");
    assert_eq!(listing(&nodes)[1..], [("pd/em", "a1"), ("pd/ids/*", "7"), ("pd/ids/*/x", "true")]);
    assert_eq!(nodes[2].chain, "query:pd > percent > json:/ids/0");
    assert_eq!(nodes[3].chain, "query:pd > percent > json:/ids/2/x");
    assert_ne!(nodes[1].container, nodes[3].container);
}

#[test]
fn broken_json_gives_what_came_before_the_damage() {
    let nodes = query("j={\"a\":\"x1\",\"b\":{\"c\":\"y\\u00e9\\\"2\",\"d\":\"cut of");
    assert_eq!(listing(&nodes)[1..], [("j/a", "x1"), ("j/b/c", "yé\"2"), ("j/b/d", "cut of")]);
    let nodes = query("j={\"a\":}&k={\"a\" \"b\",,]}x");
    assert_eq!(listing(&nodes)[1..], [("k", "{\"a\" \"b\",,]}x"), ("k/a", "b")]);
}

#[test]
fn base64_is_peeled_only_where_text_comes_out() {
    let mail = "jane.roe@example.com";
    for value in [base64(mail.as_bytes()), base64url(mail.as_bytes())] {
        let nodes = query(&format!("x={value}"));
        assert!(find(&nodes, mail).encoded);
        assert_eq!(find(&nodes, mail).chain, "query:x > base64");
    }
    let tricky = "??>>~~ jane roe";
    assert_eq!(find(&query(&format!("x={}", base64url(tricky.as_bytes()))), tricky).chain, "query:x > base64url");
    // Form decoding took the plus away.
    find(&query(&format!("x={}", base64(tricky.as_bytes()))), tricky);
    find(&query(&format!("x={}", base64url("Zürich".as_bytes()))), "Zürich");
    for id in [
        "checkout",
        "Homepage",
        "GTM-K4X2BCD",
        "d41d8cd98f00b204e9800998ecf8427e",
        "12345678",
        "IwAR0aBcDeFgHiJkLmNoPqRs",
    ] {
        assert!(query(&format!("x={id}")).iter().all(|node| node.leaf), "{id}");
    }
}

#[test]
fn hex_is_peeled_only_where_text_comes_out() {
    let nodes = query("x=6a616e65406578616d706c652e636f6d");
    assert_eq!(find(&nodes, "jane@example.com").chain, "query:x > hex");
    find(&query("x=32303235353530313433"), "2025550143");
    for id in ["5d41402abc4b2a76b9719d911017c592", "20240101123456789012"] {
        assert_eq!(query(&format!("x={id}")).len(), 1, "{id}");
    }
}

#[test]
fn base64_of_gzip_of_json_is_peeled() {
    let value = base64url(&gzip(b"{\"pageUrl\":\"https://a.example/?addr=1%20Elm\"}"));
    let nodes = query(&format!("d={value}"));
    let address = find(&nodes, "1 Elm");
    assert_eq!(address.keys, "d/pageUrl/addr");
    assert!(address.encoded);
    assert!(address.chain.ends_with(" > gzip > json:/pageUrl > url > query:addr > percent"));
    assert!(nodes.iter().all(|node| !node.value.starts_with('\u{1f}')));
}

#[test]
fn deflate_without_a_header_is_read_where_text_comes_out() {
    use std::io::Write;
    let text = "<Request><NameID>jane.roe@example.com</NameID></Request>";
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes()).unwrap();
    let value = base64url(&encoder.finish().unwrap());
    for name in ["SAMLRequest", "other"] {
        let nodes = query(&format!("{name}={value}"));
        assert!(find(&nodes, text).chain.ends_with(" > deflate"));
        assert_eq!(nodes.iter().filter(|node| node.leaf).count(), 1);
    }
}

#[test]
fn signed_cookies_give_their_payload() {
    let payload = base64url(b"{\"user\":\"jane\"}");
    for value in [format!("{payload}.Zk1x.c2ln"), format!("{payload}%3D--0a1b")] {
        let nodes = query(&format!("session={value}"));
        assert_eq!(find(&nodes, "jane").keys, "session/user");
    }
}

#[test]
fn a_token_gives_its_payload() {
    let header = base64url(b"{\"alg\":\"none\"}");
    let token = format!("{header}.{}.sig", base64url(b"{\"email\":\"jane@example.com\"}"));
    let nodes = query(&format!("t={token}"));
    assert_eq!(find(&nodes, "jane@example.com").chain, "query:t > jwt > json:/email");
    assert!(find(&nodes, "jane@example.com").encoded);
    assert_eq!(query("t=eyJx.a.b").len(), 1);
}

#[test]
fn nested_queries_and_lists_are_split() {
    let nodes = query("pid=em%3Da1%26ph%3Db2&u=k1=v1;k2=v2&w=k1%3Dv3%7Ck2%3Dv4&b=YWJjZA==");
    assert_eq!(find(&nodes, "b2").chain, "query:pid > percent > query:ph");
    assert_eq!(find(&nodes, "v2").chain, "query:u > list:k2");
    assert_eq!(find(&nodes, "v4").keys, "w/k2");
    find(&nodes, "YWJjZA==");
}

#[test]
fn entities_are_decoded() {
    let nodes = query("j=%7B%26quot%3Ba%26quot%3B%3A%26quot%3Bx1%26quot%3B%7D&t=R%26amp%3BD");
    assert_eq!(find(&nodes, "x1").chain, "query:j > percent > entities > json:/a");
    assert_eq!(find(&nodes, "R&D").chain, "query:t > percent > entities");
    let nodes = query("u=https://a.example/?x=1%26amp;y=2");
    assert_eq!(find(&nodes, "2").keys, "u/y");
}

#[test]
fn path_parameters_are_found() {
    let nodes = url("https://u:p%40@x.y.t.example/a/ev;src=12;u1=Jane%20Roe/k=v1/ibs:d=3&e=4#f%20g");
    assert_eq!((find(&nodes, "u:p@").place, find(&nodes, "x").place), (Place::UserInfo, Place::HostLabel));
    assert_eq!(find(&nodes, "Jane Roe").chain, "matrix:u1 > percent");
    assert_eq!(find(&nodes, "Jane Roe").place, Place::Matrix);
    assert_eq!((find(&nodes, "v1").keys.as_str(), find(&nodes, "4").keys.as_str()), ("k", "e"));
    assert_eq!(find(&nodes, "v1").chain, "path:3 > query:k");
    assert_eq!(find(&nodes, "f g").place, Place::Fragment);
}

#[test]
fn keys_that_are_data_are_visited() {
    let nodes = query("jane%40example.com=1&%7B%22a%22%3A%22x1%22%7D=");
    assert_eq!(find(&nodes, "jane@example.com").chain, "query:jane@example.com > name");
    assert_eq!(find(&nodes, "jane@example.com").keys, "");
    assert_eq!(find(&nodes, "x1").keys, "a");
}

#[test]
fn google_tokens_stay_whole() {
    assert_eq!(query("em=tv.1~em.a1~pn.b2").len(), 1);
}

#[test]
fn headers_cookies_and_urls_around_the_request_are_places() {
    let pair = |name: &str, value: &str| Pair { name: bytes(name), value: bytes(value) };
    let credentials = base64(b"jane:secret word");
    let nodes = peel(&Record {
        referer: bytes("https://a.example/r?x=v1"),
        redirect: bytes("https://b.example/?u=https%3A%2F%2Fc.example%2F%3Fy%3Dv2"),
        headers: vec![
            pair("Accept", "v3"),
            pair("Origin", "https://a.example"),
            pair("X-User", "v4"),
            pair("Authorization", &format!("Basic {credentials}")),
        ],
        cookies: vec![pair("sid", "a%20b+c")],
        set_cookies: vec![pair("new", "v5")],
        ..Record::default()
    });
    assert_eq!(find(&nodes, "v1").chain, "referer > query:x");
    assert_eq!((find(&nodes, "v1").place, &find(&nodes, "v1").host), (Place::Referer, &None));
    assert_eq!(find(&nodes, "v2").chain, "redirect > query:u > percent > url > query:y");
    assert_eq!(find(&nodes, "v2").host.as_deref(), Some("c.example"));
    assert!(nodes.iter().all(|node| node.value != "v3"));
    assert_eq!(find(&nodes, "https://a.example").place, Place::Origin);
    assert_eq!(find(&nodes, "v4").keys, "x-user");
    assert_eq!(find(&nodes, "jane:secret word").chain, "header:authorization > base64");
    assert_eq!(find(&nodes, "a b+c").chain, "cookie:sid > percent");
    assert_eq!(find(&nodes, "v5").place, Place::SetCookie);
}
