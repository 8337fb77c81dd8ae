//! People are recognised in whatever way their values are sent: every hash in every encoding, in
//! every place of a request; and a digest gives itself away where the input holds its value.

mod common;
#[path = "common/recorded.rs"]
mod recorded;

use common::{Lab, Row, arg, project, rows};
use leakledger::matching::Writing;
use leakledger::matching::hashes::HashFunction;
use recorded::{entry, har, percent, posted};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

const EMAIL: &str = "Jane.Roe+news@example.com";
const NORMAL: &str = "jane.roe+news@example.com";
const PERSONA: &str = "person,kind,value\nvisitor-1,email,Jane.Roe+news@example.com\nvisitor-1,phone,(217) 555-0142\n\
                       visitor-1,first_name,Jane\nvisitor-1,last_name,Roe\nvisitor-1,city,Springfield\n\
                       visitor-1,customer_id,C-40718256\n";

/// The findings of a scan of these entries.
fn findings(entries: Vec<Value>, options: &[&str]) -> Vec<Row> {
    let lab = Lab::new();
    lab.write("visit.har", har(entries));
    lab.write("persona.csv", PERSONA);
    lab.write("list.csv", LIST);
    let arguments = [&["visit.har"], options].concat();
    rows(&lab.ledger("ledger", &arguments, 0).join("findings.csv"))
}

/// The records in which somebody of the list was found.
fn matched(findings: &[Row]) -> BTreeSet<usize> {
    findings.iter().filter(|row| !row["match"].is_empty()).map(|row| row["record"].parse().expect("a number")).collect()
}

type Layer = (String, Box<dyn Fn(&[u8]) -> Vec<u8>>);

fn hashes() -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    for function in HashFunction::ALL {
        let count = function.texts(&function.digest(b"")).len();
        for way in 0..count {
            let name = format!("{} {way}", function.word());
            layers.push((name, Box::new(move |text| function.texts(&function.digest(text))[way].clone().into_bytes())));
        }
    }
    layers
}

fn writings() -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    for writing in Writing::ALL {
        let write = move |text: &[u8]| writing.write(text).unwrap_or_else(|| text.to_vec());
        layers.push((writing.word().to_owned(), Box::new(write)));
    }
    layers.push((
        "gzip".into(),
        Box::new(|text| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(text).expect("memory");
            encoder.finish().expect("memory")
        }),
    ));
    layers
}

/// Whether bytes can only be sent as they are where they are text.
fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

/// All chains: a writing, a hash, a hash of a hash, and each of these in up to two writings.
fn chains() -> Vec<(String, Vec<u8>)> {
    let (hashes, writings) = (hashes(), writings());
    let mut inner: Vec<(String, Vec<u8>)> = vec![("plain".into(), NORMAL.as_bytes().to_vec())];
    for (name, hash) in &hashes {
        let once = hash(NORMAL.as_bytes());
        for (again, second) in &hashes {
            inner.push((format!("{again} of {name}"), second(&once)));
        }
        inner.push((name.clone(), once));
    }
    let mut chains = inner.clone();
    let single: Vec<_> = inner.iter().filter(|(name, _)| !name.contains(" of ")).collect();
    for (name, text) in &single {
        for (way, write) in &writings {
            let written = write(text);
            if is_text(&written) {
                for (again, second) in &writings {
                    chains.push((format!("{again} of {way} of {name}"), second(&written)));
                }
                for (again, hash) in hashes.iter().filter(|_| *name == "plain") {
                    chains.push((format!("{again} of {way} of {name}"), hash(&written)));
                }
            }
            chains.push((format!("{way} of {name}"), written));
        }
    }
    chains
}

#[test]
fn chains_of_hashes_and_encodings_are_found() {
    let chains = chains();
    let urls = chains.iter().map(|(_, bytes)| entry(&format!("https://t.example.net/p?v={}", percent(bytes))));
    let found = matched(&findings(urls.collect(), &["--persona", "persona.csv"]));
    let missed: Vec<&str> = (0..chains.len()).filter(|at| !found.contains(at)).map(|at| &*chains[at].0).collect();
    let share = found.len() as f64 / chains.len() as f64;
    println!("{} of {} chains found ({:.1} %)", found.len(), chains.len(), 100.0 * share);
    let mut by_outermost: BTreeMap<&str, usize> = BTreeMap::new();
    missed.iter().for_each(|name| *by_outermost.entry(name.split(" of ").next().unwrap_or_default()).or_default() += 1);
    assert!(share >= 0.95, "{} missed: {by_outermost:?}\n{:#?}", missed.len(), &missed[..missed.len().min(60)]);
}

/// Entries that carry the address in every place of a request.
fn contexts() -> Vec<(&'static str, Value)> {
    let host = "https://t.example.net";
    let digest = data_encoding::HEXLOWER.encode(HashFunction::Sha256.digest(NORMAL.as_bytes()).as_bytes());
    let md5 = data_encoding::HEXLOWER.encode(HashFunction::Md5.digest(NORMAL.as_bytes()).as_bytes());
    let escaped = percent(NORMAL.as_bytes());
    let base64 = data_encoding::BASE64.encode(NORMAL.as_bytes());
    let at_u = NORMAL.replace('@', "%u0040").replace('+', "%u002B");
    let header = |name: &str, value: &str| {
        let mut entry = entry(&format!("{host}/p"));
        entry["request"]["headers"].as_array_mut().expect("headers").push(json!({"name": name, "value": value}));
        entry
    };
    let cookie = |side: &str| {
        let mut entry = entry(&format!("{host}/p"));
        let header = if side == "request" { "Cookie" } else { "Set-Cookie" };
        entry[side]["cookies"] = json!([{"name": "who", "value": escaped}]);
        let headers = entry[side]["headers"].as_array_mut().expect("headers");
        headers.push(json!({"name": header, "value": format!("who={escaped}")}));
        entry
    };
    let mut redirect = entry(&format!("{host}/p"));
    redirect["response"]["status"] = json!(302);
    redirect["response"]["redirectURL"] = json!(format!("https://other.example.com/sync?e={escaped}"));
    let mut socket = entry("wss://t.example.net/socket");
    socket["_webSocketMessages"] =
        json!([{"type": "send", "time": 1.0, "opcode": 1, "data": format!("42[\"id\",{{\"e\":\"{NORMAL}\"}}]")}]);
    let form = "application/x-www-form-urlencoded";
    let multipart = format!("--b\r\nContent-Disposition: form-data; name=\"e\"\r\n\r\n{NORMAL}\r\n--b--\r\n");
    vec![
        ("query", entry(&format!("{host}/p?e={escaped}"))),
        ("key", entry(&format!("{host}/p?{escaped}=1"))),
        ("hashed key", entry(&format!("{host}/p?{digest}=1"))),
        ("base64 key", entry(&format!("{host}/p?{}=1", percent(base64.as_bytes())))),
        ("path segment", entry(&format!("{host}/u/{escaped}/x"))),
        ("hashed path segment", entry(&format!("{host}/avatar/{md5}"))),
        ("matrix parameter", entry(&format!("{host}/p;e={escaped};x=1/y"))),
        ("fragment", entry(&format!("{host}/p#e={escaped}"))),
        ("user-info", entry(&format!("https://{escaped}:x@t.example.net/p"))),
        ("host label", entry(&format!("https://{md5}.t.example.net/p"))),
        ("upper-case digest", entry(&format!("{host}/p?x={}", digest.to_uppercase()))),
        (
            "base64 digest",
            entry(&format!(
                "{host}/p?x={}",
                percent(
                    data_encoding::BASE64.encode(HashFunction::Sha256.digest(NORMAL.as_bytes()).as_bytes()).as_bytes()
                )
            )),
        ),
        ("digest with an appendix", entry(&format!("{host}/p?x={digest}.AQIAAgAB"))),
        ("digest in a list", entry(&format!("{host}/p?x=1~{}%7C2~{digest}", "ab12".repeat(16)))),
        ("%u escapes", entry(&format!("{host}/p?e={at_u}"))),
        ("twice percent-encoded", entry(&format!("{host}/p?e={}", percent(escaped.as_bytes())))),
        ("entities", entry(&format!("{host}/p?e={}", percent(NORMAL.replace('@', "&#64;").as_bytes())))),
        ("json escapes", entry(&format!("{host}/p?e={}", percent(NORMAL.replace('@', "\\u0040").as_bytes())))),
        ("quoted-printable", entry(&format!("{host}/p?e={}", percent(NORMAL.replace('@', "=40").as_bytes())))),
        (
            "nested url",
            entry(&format!("{host}/p?dl={}", percent(format!("https://www.shop.example.org/?e={escaped}").as_bytes()))),
        ),
        ("referer", {
            let mut entry = entry(&format!("{host}/p"));
            entry["request"]["headers"][0]["value"] = json!(format!("https://www.shop.example.org/?e={escaped}"));
            entry
        }),
        ("header", header("X-Visitor", NORMAL)),
        (
            "authorization",
            header(
                "Authorization",
                &format!("Basic {}", data_encoding::BASE64.encode(format!("{NORMAL}:x").as_bytes())),
            ),
        ),
        ("cookie", cookie("request")),
        ("set-cookie", cookie("response")),
        ("redirect", redirect),
        ("form", posted(&format!("{host}/p"), form, &format!("a=1&e={escaped}"))),
        ("multipart", posted(&format!("{host}/p"), "multipart/form-data; boundary=b", &multipart)),
        ("json", posted(&format!("{host}/p"), "application/json", &json!({"a": {"e": NORMAL}}).to_string())),
        ("json key", posted(&format!("{host}/p"), "application/json", &json!({NORMAL: 1}).to_string())),
        (
            "json in a string",
            posted(
                &format!("{host}/p"),
                "application/json",
                &json!({"a": json!({"e": NORMAL}).to_string()}).to_string(),
            ),
        ),
        ("ndjson", posted(&format!("{host}/p"), "text/plain", &format!("{{\"a\":1}}\n{{\"e\":\"{NORMAL}\"}}\n"))),
        ("text", posted(&format!("{host}/p"), "text/plain", &format!("user {NORMAL} logged in"))),
        ("xml", posted(&format!("{host}/p"), "text/xml", &format!("<u><e>{NORMAL}</e></u>"))),
        ("websocket", socket),
        ("two parameters", entry(&format!("{host}/p?n=jane.roe%2Bnews&d=example.com"))),
        ("two parameters of a number", entry(&format!("{host}/p?a=217&n=5550142"))),
        ("phone", entry(&format!("{host}/p?p=%2B12175550142"))),
        ("base64 with padding", entry(&format!("{host}/p?x={}", percent(base64.as_bytes())))),
        (
            "skewed base64",
            entry(&format!(
                "{host}/p?x={}",
                percent(&data_encoding::BASE64.encode(format!("xy {NORMAL}").as_bytes()).as_bytes()[2..])
            )),
        ),
        (
            "protobuf in base64",
            entry(&format!(
                "{host}/p?x={}",
                percent(
                    data_encoding::BASE64
                        .encode(&[&[8, 42, 10, NORMAL.len() as u8], NORMAL.as_bytes()].concat())
                        .as_bytes()
                )
            )),
        ),
        (
            "length-prefixed batch in base64",
            entry(&format!(
                "{host}/p?x={}",
                percent(
                    data_encoding::BASE64
                        .encode(&[&[0, 0, 0, 0, NORMAL.len() as u8], NORMAL.as_bytes()].concat())
                        .as_bytes()
                )
            )),
        ),
    ]
}

#[test]
fn every_place_of_a_request_is_searched() {
    let contexts = contexts();
    let found =
        matched(&findings(contexts.iter().map(|(_, entry)| entry.clone()).collect(), &["--persona", "persona.csv"]));
    let missed: Vec<&str> = (0..contexts.len()).filter(|at| !found.contains(at)).map(|at| contexts[at].0).collect();
    println!("{} of {} places found", found.len(), contexts.len());
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn nobody_is_found_where_nobody_is() {
    let other = "john.q.public@example.org";
    let urls = HashFunction::ALL.iter().flat_map(|function| {
        function
            .texts(&function.digest(other.as_bytes()))
            .into_iter()
            .map(|text| entry(&format!("https://t.example.net/p?v={text}")))
    });
    let plain = [
        "https://t.example.net/p?city=Springfield&v=1",
        "https://t.example.net/p?v=springfield",
        "https://t.example.net/p?v=jane",
        "https://t.example.net/p?ts=1719835200000&id=40718257",
        "https://t.example.net/p?v=john.q.public%40example.org",
    ];
    let entries: Vec<Value> = urls.chain(plain.map(entry)).collect();
    let found = findings(entries, &["--persona", "persona.csv", "--watch-list", "list.csv"]);
    let invented: Vec<_> = found.iter().filter(|row| !row["match"].is_empty() && row["param"] != "city").collect();
    assert!(invented.is_empty(), "{invented:#?}");
}

const LIST: &str = "customer_id,email,phone,first_name,last_name,street,city,region,postal_code,date_of_birth\n\
                    C-1000001,ada.byron@example.com,+1 312 555 0101,Ada,Byron,12 Elm St,Springfield,IL,62704,1980-02-29\n\
                    C-1000002,jane.roe+news@example.com,(217) 555-0142,Jane,Roe,4521 Maple Grove Ln,Springfield,IL,62704,1975-05-17\n";

#[test]
fn a_row_is_named_by_what_is_its_own_and_then_by_what_it_shares() {
    let sha256 = |text: &str| data_encoding::HEXLOWER.encode(HashFunction::Sha256.digest(text.as_bytes()).as_bytes());
    let blake = data_encoding::HEXLOWER.encode(HashFunction::Blake2b.digest(NORMAL.as_bytes()).as_bytes());
    let entries = vec![
        entry(&format!(
            "https://www.facebook.com/tr?id=1&ev=PageView&ud[em]={}&ud[ct]={}",
            sha256(NORMAL),
            sha256("springfield")
        )),
        entry(&format!("https://www.facebook.com/tr?id=1&ev=PageView&ud[ct]={}", sha256("springfield"))),
        entry("https://t.example.net/p?tel=312-555-0101"),
        entry("https://t.example.net/p?customer=C-1000001"),
        entry(&format!("https://t.example.net/p?x={blake}")),
        entry("https://t.example.net/p?addr=4521%20Maple%20Grove%20Ln%2C%20Springfield%2C%20IL%2062704"),
    ];
    let found = findings(entries, &["--watch-list", "list.csv"]);
    let rows_of = |record: &str| -> Vec<(String, String)> {
        let rows = found.iter().filter(|row| row["record"] == record && !row["match"].is_empty());
        rows.map(|row| (row["data_class"].clone(), row["match"].clone())).collect()
    };
    let pair = |class: &str, row: &str| (class.to_owned(), row.to_owned());
    assert_eq!(rows_of("0"), [pair("email", "2"), pair("city", "2")]);
    assert_eq!(rows_of("1"), []);
    assert_eq!(rows_of("2"), [pair("phone", "1")]);
    assert_eq!(rows_of("3"), [pair("customer_id", "1")]);
    assert_eq!(rows_of("4"), [pair("email", "2")]);
    assert_eq!(rows_of("5"), [pair("postal_address", "2")]);
    assert!(
        found
            .iter()
            .filter(|row| !row["match"].is_empty())
            .all(|row| row["confidence"] == "certain" && row["detector"] == "watch_list")
    );
}

#[test]
fn a_digest_gives_itself_away_where_its_value_stands_in_clear() {
    let hash = |text: &str| data_encoding::HEXLOWER.encode(HashFunction::Sha256.digest(text.as_bytes()).as_bytes());
    let form = "application/x-www-form-urlencoded";
    let meta = |fields: &[(&str, &str)]| {
        let fields: Vec<String> = fields.iter().map(|(key, value)| format!("udff[{key}]={}", hash(value))).collect();
        entry(&format!("https://www.facebook.com/tr/?id=1616008915466977&ev=SubmitApplication&{}", fields.join("&")))
    };
    let typed = "input_1.3=Jane&input_1.6=O%27Roe&input_4=Jane.Roe%2Bx%40example.com&input_5=%28217%29+555-0142&input_7=Springfield&input_8=Illinois";
    let entries = vec![
        meta(&[
            ("em", "jane.roe+x@example.com"),
            ("fn", "jane"),
            ("ln", "oroe"),
            ("ph", "12175550142"),
            ("ct", "springfield"),
            ("st", "il"),
        ]),
        posted("https://www.shop.example.org/wp-admin/contact", form, typed),
        entry(&format!("https://t.example.net/p?u={}", hash("jane.roe+x@example.com"))),
        entry(&format!("https://t.example.net/p?u={}", hash("somebody@example.com"))),
    ];
    let found = findings(entries, &[]);
    let of = |record: &str| {
        found.iter().filter(|row| row["record"] == record && row["form"] == "hashed").collect::<Vec<_>>()
    };
    assert_eq!(of("0").len(), 6);
    for row in of("0") {
        assert_eq!(row["confidence"], "certain", "{row:#?}");
        assert!(row["reason"].starts_with("recovered"), "{row:#?}");
    }
    assert_eq!(of("2").len(), 1);
    assert_eq!(of("2")[0]["data_class"], "email");
    assert!(of("3").is_empty());
}

#[test]
fn a_hash_of_one_of_few_values_hides_nothing() {
    let hash = |text: &str| data_encoding::HEXLOWER.encode(HashFunction::Sha256.digest(text.as_bytes()).as_bytes());
    let fields = [("st", "il"), ("zp", "62704"), ("db", "19800229"), ("ge", "f"), ("country", "us")];
    let fields: Vec<String> = fields.iter().map(|(key, value)| format!("ud[{key}]={}", hash(value))).collect();
    let url = format!(
        "https://www.facebook.com/tr/?id=1616008915466977&ev=PageView&{}&ud[em]={}",
        fields.join("&"),
        hash("jane.roe@example.com")
    );
    let found = findings(vec![entry(&url)], &[]);
    let recovered: BTreeSet<&str> = found
        .iter()
        .filter(|row| row["reason"].starts_with("recovered"))
        .map(|row| row["data_class"].as_str())
        .collect();
    assert_eq!(recovered, BTreeSet::from(["country", "date_of_birth", "gender", "postal_code", "region"]));
    assert!(found.iter().any(|row| row["data_class"] == "email" && row["confidence"] == "likely"));
}

#[test]
fn lists_leave_nothing_in_clear() {
    let lab = Lab::new();
    lab.write("visit.har", har(contexts().into_iter().map(|(_, entry)| entry).collect()));
    lab.write("persona.csv", PERSONA);
    lab.write("list.csv", LIST);
    let (ledger, output) = lab.scan("ledger", &["visit.har", "--persona", "persona.csv", "--watch-list", "list.csv"]);
    let mut outputs = common::content(&ledger);
    outputs.insert("(messages)".into(), output.stderr);
    for (name, bytes) in outputs {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for value in [EMAIL, NORMAL, "jane.roe", "555-0142", "5550142", "4521 maple", "40718256", "ada.byron"] {
            assert!(!text.contains(&value.to_lowercase()), "{name} holds {value}");
        }
    }
}

#[test]
fn lists_do_not_depend_on_threads_and_batches() {
    let lab = Lab::new();
    lab.write(
        "visit.har",
        har(chains()
            .iter()
            .step_by(7)
            .map(|(_, bytes)| entry(&format!("https://t.example.net/p?v={}", percent(bytes))))
            .collect()),
    );
    lab.write("persona.csv", PERSONA);
    lab.write("list.csv", LIST);
    let arguments = ["visit.har", "--persona", "persona.csv", "--watch-list", "list.csv"];
    let one = common::content(&lab.ledger("one", &[&arguments[..], &["-j1"]].concat(), 0));
    let other = common::content(&lab.ledger("other", &[&arguments[..], &["-j3", "--batch-bytes", "4099"]].concat(), 0));
    for (name, bytes) in &one {
        assert!(*bytes == other[name], "{name} differs");
    }
}

/// The vectors of the researched vendors, where they are at hand.
#[test]
fn published_vectors_are_recognised() {
    let vectors = project().join("../shared/vendors/hash_vectors.csv");
    let nulls = project().join("../shared/vendors/null_hashes.csv");
    if !vectors.exists() || !nulls.exists() {
        eprintln!("SKIPPED: ../shared/vendors is not there");
        return;
    }
    let kind = |field: &str| match field.rsplit('.').next().unwrap_or_default() {
        "em" | "email" | "hem" | "u_hem" | "hashed_email" | "email_hash" | "m" | "unified_id" => "email",
        "ph" | "pn" | "phone" | "phone_number" | "u_hpn" | "hashed_phone_number" | "phone_hash" => "phone",
        "fn" | "fn0" | "u_fn" => "first_name",
        "ln" | "u_ln" => "last_name",
        "ct" | "l_city" => "city",
        "st" | "l_gr" => "region",
        "zp" | "l_gpc" => "postal_code",
        "country" | "l_gc" => "country",
        "db" => "date_of_birth",
        "ge" => "gender",
        "sa0" => "street",
        "u_hed" => "email",
        "u_age" => "age",
        _ => "customer_id",
    };
    let lab = Lab::new();
    let mut persona = csv::Writer::from_writer(Vec::new());
    persona.write_record(["person", "kind", "value"]).expect("memory");
    let vectors = rows(&vectors);
    let mut entries = Vec::new();
    for row in &vectors {
        persona.write_record(["known", kind(&row["field"]), &row["raw"]]).expect("memory");
        for text in [&row["hex"], &row["base64url_nopad"], &row["base64"]] {
            entries.push(entry(&format!("https://t.example.net/p?v={}", percent(text.as_bytes()))));
        }
    }
    let checked = entries.len();
    let nulls = rows(&nulls);
    for row in &nulls {
        // What is enumerable is told by its own name.
        let name = match row["plaintext"].as_str() {
            "m" | "f" | "male" | "female" => "gender",
            text if text.len() == 2 && row["kind"] == "enumerable" => "country",
            _ => "hashed_email",
        };
        entries.push(entry(&format!("https://t.example.net/p?{name}={}", row["sha256"])));
    }
    lab.write("vectors.har", har(entries));
    lab.write("known.csv", persona.into_inner().expect("memory"));
    let ledger = lab.ledger("ledger", &["vectors.har", "--persona", arg(&lab.path("known.csv"))], 0);
    let found = rows(&ledger.join("findings.csv"));
    let named = matched(&found);
    let missed: Vec<&Row> = (0..checked).filter(|at| !named.contains(at)).map(|at| &vectors[at / 3]).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    for (at, row) in nulls.iter().enumerate() {
        let record = (checked + at).to_string();
        let is_told = found.iter().any(|found| {
            found["record"] == record
                && (found["form"] == "placeholder"
                    || found["reason"].starts_with("recovered")
                    || !found["match"].is_empty())
        });
        assert!(is_told, "{row:?}");
    }
}
