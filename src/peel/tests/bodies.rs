//! Bodies of every shape.

use super::*;
use crate::record::{Message, Pair};

const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

#[test]
fn a_form_is_split_and_decoded() {
    let nodes = body(FORM, "em=jane%40example.com&n=Jane+Roe");
    assert_eq!(find(&nodes, "jane@example.com").chain, "body > form:em > percent");
    assert_eq!(find(&nodes, "Jane Roe").place, Place::Form);
    assert_eq!(body("", "em=a1&x=b2")[1].chain, "body > form:x");
}

#[test]
fn recorded_fields_are_taken_as_they_are() {
    let field = Pair { name: bytes("user[em]"), value: bytes("a+b") };
    let nodes = peel(&Record { body: Some(Body { fields: vec![field], ..Body::default() }), ..Record::default() });
    assert_eq!((nodes[0].chain.as_str(), nodes[0].value.as_str()), ("body > form:user[em]", "a+b"));
    assert_eq!(nodes[0].keys, "user/em");
}

#[test]
fn json_is_found_whatever_the_media_type() {
    for mime in ["application/json", "text/plain", FORM, ""] {
        let nodes = body(mime, " {\"user\": {\"email\": \"jane@example.com\"},\n \"zip\": 62701}");
        assert_eq!(listing(&nodes), [("user/email", "jane@example.com"), ("zip", "62701")]);
        assert_eq!(nodes[0].chain, "body > json:/user/email");
        assert_eq!(nodes[0].place, Place::Json);
    }
}

#[test]
fn json_in_json_is_peeled() {
    let nodes = body("", r#"{"payload":"{\"url\":\"https:\/\/a.example\/?q=x%20y\"}"}"#);
    assert_eq!(find(&nodes, "x y").chain, "body > json:/payload > json:/url > url > query:q > percent");
}

#[test]
fn batches_are_read_line_by_line() {
    let nodes = body("text/plain", "{\"a\":\"x1\"}\n{\"type\":\"event\"}\r\n{\"a\":\"x2\"}\n");
    assert_eq!(find(&nodes, "x1").chain, "body > line:1 > json:/a");
    assert_eq!(find(&nodes, "x2").chain, "body > line:3 > json:/a");
    let nodes = body("text/plain", "en=page_view&ep.q=x%201\r\nen=scroll&ep.q=x2");
    assert_eq!(find(&nodes, "x 1").chain, "body > line:1 > query:ep.q > percent");
    assert_eq!(find(&nodes, "x2").chain, "body > line:2 > query:ep.q");
    let nodes = body("", "{\"a\":\"x1\"}{\"a\":\"x2\"}\u{1e}");
    assert_eq!(find(&nodes, "x2").chain, "body > line:2 > json:/a");
}

#[test]
fn compressed_bodies_are_inflated() {
    let nodes = body("", gzip(b"em=jane%40example.com"));
    assert_eq!(find(&nodes, "jane@example.com").chain, "body > gzip > form:em > percent");
    assert!(find(&nodes, "jane@example.com").encoded);
    let nodes = body("", base64(&gzip(b"{\"pageUrl\":\"https://a.example/?addr=x1\"}")));
    assert_eq!(find(&nodes, "x1").chain, "body > base64 > gzip > json:/pageUrl > url > query:addr");
    let stored: String = gzip(b"{\"a\":\"x1\"}").iter().map(|&byte| char::from(byte)).collect();
    assert_eq!(find(&body("", stored), "x1").chain, "body > gzip > json:/a");
}

#[test]
fn base64_json_in_a_field_is_peeled() {
    let nodes = body(FORM, format!("data={}&v=1", base64(b"{\"$email\":\"jane@example.com\"}")));
    assert_eq!(find(&nodes, "jane@example.com").chain, "body > form:data > base64 > json:/$email");
}

#[test]
fn multipart_parts_are_values() {
    let content = "--b1\r\nContent-Disposition: form-data; name=\"user[em]\"\r\n\r\njane@example.com\r\n\
        --b1\r\nContent-Disposition: form-data; name=\"f\"; filename=\"cv roe.txt\"\r\n\
        Content-Type: application/json\r\n\r\n{\"a\":\"x1\"}\r\n\
        --b1\r\nContent-Disposition: form-data; name=\"g\"\r\nContent-Type: image/png\r\n\r\n\0\x01zz\r\n--b1--\r\n";
    for mime in ["multipart/form-data; boundary=b1", ""] {
        let nodes = body(mime, content);
        let expected = [("user/em", "jane@example.com"), ("f/filename", "cv roe.txt"), ("f/a", "x1")];
        assert_eq!(listing(&nodes), expected);
        assert_eq!(nodes[0].chain, "body > multipart:user[em]");
        assert_eq!(nodes[2].chain, "body > multipart:f > json:/a");
        assert_eq!(nodes[2].place, Place::Multipart);
    }
}

#[test]
fn text_without_a_shape_is_a_leaf() {
    let nodes = body("text/plain", "Dear all, 1 = 1.\nYours");
    assert_eq!((nodes.len(), nodes[0].leaf, nodes[0].place), (1, true, Place::Body));
}

#[test]
fn only_outgoing_messages_are_peeled() {
    let message = |outgoing, data: &str| Message { time: None, outgoing, data: bytes(data) };
    let nodes = peel(&Record {
        messages: vec![message(false, "{\"a\":\"x1\"}"), message(true, "42[\"ev\",{\"a\":\"x2\"}]")],
        ..Record::default()
    });
    assert_eq!(listing(&nodes), [("*", "ev"), ("*/a", "x2")]);
    assert_eq!(nodes[1].chain, "websocket:2 > json:/1/a");
}
