//! The JSON loggers that are known: what a line of each must have, and where its fields stand. A new
//! one is an entry here and a line in `FORMATS`.

use super::json_lines::Holds::{Field, Headers, Just, ResponseHeaders};
use super::json_lines::{Holds, JsonLog};
use crate::record::Role;
use std::sync::OnceLock;

/// An entry: name, role, title, what a line needs, where fields stand, a sample.
const fn log(
    name: &'static str,
    role: Role,
    title: &'static str,
    needs: &'static [&'static str],
    places: &'static [(&'static str, Holds)],
    sample: &'static str,
) -> JsonLog {
    JsonLog { name, title, role, sample, needs, places, tree: OnceLock::new() }
}

pub(super) static ZEEK: JsonLog = log(
    "zeek_json",
    Role::Proxy,
    "Zeek http.log as JSON",
    &["/id.orig_h", "/trans_depth"],
    &[
        ("/ts", Field("time")),
        ("/id.orig_h", Field("client")),
        ("/username", Field("user")),
        ("/method", Field("method")),
        ("/host", Field("host")),
        ("/uri", Field("url")),
        ("/id.resp_p", Field("port")),
        ("/id.resp_h", Field("server")),
        ("/status_code", Field("status")),
        ("/referrer", Field("referer")),
        ("/user_agent", Field("user_agent")),
        ("/origin", Field("header:origin")),
        ("/cookie", Field("cookies")),
        ("/post_body", Field("body")),
        ("/resp_mime_types/0", Field("response_type")),
    ],
    r#"{"ts":1719826200.25,"uid":"C1","id.orig_h":"192.0.2.44","id.orig_p":40000,"id.resp_h":"203.0.113.9","id.resp_p":80,"trans_depth":1,"method":"GET","host":"shop.example.com","uri":"/cart?step=2","user_agent":"ExampleBrowser/5.0","status_code":200}"#,
);

pub(super) static CADDY: JsonLog = log(
    "caddy",
    Role::Origin,
    "Caddy access log",
    &["/request/uri", "/request/host"],
    &[
        ("/ts", Field("time")),
        ("/request/client_ip", Field("client")),
        ("/request/remote_ip", Field("client")),
        ("/request/remote_addr", Field("client")),
        ("/user_id", Field("user")),
        ("/request/method", Field("method")),
        ("/request/host", Field("host")),
        ("/request/uri", Field("url")),
        ("/status", Field("status")),
        ("/request/headers", Headers),
        ("/resp_headers", ResponseHeaders),
    ],
    r#"{"level":"info","ts":1719826200.25,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"192.0.2.44","client_ip":"192.0.2.44","proto":"HTTP/2.0","method":"GET","host":"shop.example.com","uri":"/cart?step=2","headers":{"User-Agent":["ExampleBrowser/5.0"]}},"user_id":"avery","status":200}"#,
);

pub(super) static TRAEFIK: JsonLog = log(
    "traefik",
    Role::Origin,
    "Traefik access log as JSON",
    &["/RequestPath", "/RequestMethod"],
    &[
        ("/StartUTC", Field("time")),
        ("/time", Field("time")),
        ("/StartLocal", Field("time")),
        ("/ClientHost", Field("client")),
        ("/ClientAddr", Field("client")),
        ("/ClientUsername", Field("user")),
        ("/RequestMethod", Field("method")),
        ("/RequestScheme", Field("scheme")),
        ("/RequestHost", Field("host")),
        ("/RequestPort", Field("port")),
        ("/RequestPath", Field("url")),
        ("/DownstreamStatus", Field("status")),
        ("/request_*", Headers),
        ("/downstream_Content-Type", Field("response_type")),
        ("/downstream_Location", Field("redirect")),
    ],
    r#"{"ClientHost":"192.0.2.44","ClientUsername":"avery","DownstreamStatus":200,"RequestHost":"shop.example.com","RequestMethod":"GET","RequestPath":"/cart?step=2","RequestScheme":"https","StartUTC":"2024-07-01T09:30:00.25Z","request_User-Agent":"ExampleBrowser/5.0","time":"2024-07-01T11:30:00+02:00"}"#,
);

pub(super) static ENVOY: JsonLog = log(
    "envoy_json",
    Role::Origin,
    "Envoy, Istio or Contour access log as JSON",
    &["/start_time", "/response_code"],
    &[
        ("/start_time", Field("time")),
        ("/downstream_remote_address", Field("client")),
        ("/downstream_direct_remote_address", Field("client")),
        ("/method", Field("method")),
        ("/:authority", Field("host")),
        ("/authority", Field("host")),
        ("/x-envoy-original-path", Field("url")),
        ("/x-envoy-origin-path", Field("url")),
        ("/path", Field("url")),
        ("/response_code", Field("status")),
        ("/referer", Field("referer")),
        ("/user-agent", Field("user_agent")),
        ("/user_agent", Field("user_agent")),
        ("/x-forwarded-for", Field("header:x-forwarded-for")),
        ("/x_forwarded_for", Field("header:x-forwarded-for")),
    ],
    r#"{"start_time":"2024-07-01T09:30:00.250Z","method":"GET","path":"/cart?step=2",":authority":"shop.example.com","response_code":200,"response_flags":"-","user-agent":"ExampleBrowser/5.0","downstream_remote_address":"192.0.2.44:40000"}"#,
);

pub(super) static CLOUDFLARE: JsonLog = log(
    "cloudflare",
    Role::Origin,
    "Cloudflare Logpush, HTTP requests",
    &["/ClientRequestURI", "/ClientIP"],
    &[
        ("/EdgeStartTimestamp", Field("time")),
        ("/EdgeEndTimestamp", Field("time")),
        ("/ClientIP", Field("client")),
        ("/ClientRequestMethod", Field("method")),
        ("/ClientRequestScheme", Field("scheme")),
        ("/ClientRequestHost", Field("host")),
        ("/ClientRequestURI", Field("url")),
        ("/EdgeResponseStatus", Field("status")),
        ("/ClientRequestReferer", Field("referer")),
        ("/ClientRequestUserAgent", Field("user_agent")),
        ("/EdgeResponseContentType", Field("response_type")),
        ("/RequestHeaders", Headers),
        ("/ResponseHeaders", ResponseHeaders),
    ],
    r#"{"ClientIP":"192.0.2.44","ClientRequestHost":"shop.example.com","ClientRequestMethod":"GET","ClientRequestURI":"/cart?step=2","ClientRequestUserAgent":"ExampleBrowser/5.0","EdgeResponseStatus":200,"EdgeStartTimestamp":"2024-07-01T09:30:00Z"}"#,
);

pub(super) static CLOUDFLARE_GATEWAY: JsonLog = log(
    "cloudflare_gateway",
    Role::Proxy,
    "Cloudflare Zero Trust, gateway HTTP",
    &["/URL", "/HTTPMethod"],
    &[
        ("/Datetime", Field("time")),
        ("/SourceIP", Field("client")),
        ("/Email", Field("user")),
        ("/HTTPMethod", Field("method")),
        ("/URL", Field("url")),
        ("/HTTPHost", Field("host")),
        ("/HTTPStatusCode", Field("status")),
        ("/Referer", Field("referer")),
        ("/UserAgent", Field("user_agent")),
        ("/Action", Field("verdict")),
    ],
    r#"{"AccountID":"1","Action":"allow","Datetime":"2024-07-01T09:30:00Z","Email":"avery@example.com","HTTPHost":"shop.example.com","HTTPMethod":"GET","HTTPStatusCode":200,"SourceIP":"192.0.2.44","URL":"https://shop.example.com/cart?step=2","UserAgent":"ExampleBrowser/5.0"}"#,
);

pub(super) static ZSCALER: JsonLog = log(
    "zscaler_json",
    Role::Proxy,
    "Zscaler web log as JSON",
    &["/event/action"],
    &[
        ("/event/epochtime", Field("time")),
        ("/event/datetime", Field("time")),
        ("/event/time", Field("time")),
        ("/event/ClientIP", Field("client")),
        ("/event/clientip", Field("client")),
        ("/event/cip", Field("client")),
        ("/event/clientpublicIP", Field("client")),
        ("/event/user", Field("user")),
        ("/event/login", Field("user")),
        ("/event/requestmethod", Field("method")),
        ("/event/reqmethod", Field("method")),
        ("/event/protocol", Field("scheme")),
        ("/event/proto", Field("scheme")),
        ("/event/url", Field("url")),
        ("/event/eurl", Field("url")),
        ("/event/hostname", Field("host")),
        ("/event/host", Field("host")),
        ("/event/status", Field("status")),
        ("/event/respcode", Field("status")),
        ("/event/refererURL", Field("referer")),
        ("/event/referer", Field("referer")),
        ("/event/ereferer", Field("referer")),
        ("/event/useragent", Field("user_agent")),
        ("/event/ua", Field("user_agent")),
        ("/event/contenttype", Field("response_type")),
        ("/event/action", Field("verdict")),
    ],
    r#"{"sourcetype":"zscalernss-web","event":{"datetime":"Mon Jul  1 09:30:00 2024","user":"avery@example.com","action":"Allowed","protocol":"HTTPS","requestmethod":"GET","url":"shop.example.com/cart?step=2","hostname":"shop.example.com","ClientIP":"192.0.2.44","status":"200","useragent":"ExampleBrowser/5.0"}}"#,
);

pub(super) static AZURE_GATEWAY: JsonLog = log(
    "azure_application_gateway",
    Role::Origin,
    "Azure Application Gateway access log",
    &["/properties/clientIP", "/properties/requestUri"],
    &[
        ("/timeStamp", Field("time")),
        ("/time", Field("time")),
        ("/properties/clientIP", Field("client")),
        ("/properties/httpMethod", Field("method")),
        ("/properties/originalHost", Field("host")),
        ("/properties/host", Field("host")),
        ("/properties/originalRequestUriWithArgs", Field("url")),
        ("/properties/requestUri", Field("url")),
        ("/properties/requestQuery", Field("query")),
        ("/properties/httpStatus", Field("status")),
        ("/properties/userAgent", Field("user_agent")),
    ],
    r#"{"timeStamp":"2024-07-01T09:30:00+00:00","category":"ApplicationGatewayAccessLog","properties":{"instanceId":"a","clientIP":"192.0.2.44","httpMethod":"GET","requestUri":"/cart","requestQuery":"step=2","userAgent":"ExampleBrowser/5.0","httpStatus":200,"host":"shop.example.com"}}"#,
);

pub(super) static AZURE_FRONT_DOOR: JsonLog = log(
    "azure_front_door",
    Role::Origin,
    "Azure Front Door access log",
    &["/properties/requestUri", "/properties/httpStatusCode"],
    &[
        ("/time", Field("time")),
        ("/properties/clientIp", Field("client")),
        ("/properties/httpMethod", Field("method")),
        ("/properties/requestUri", Field("url")),
        ("/properties/hostName", Field("host")),
        ("/properties/httpStatusCode", Field("status")),
        ("/properties/referrer", Field("referer")),
        ("/properties/referer", Field("referer")),
        ("/properties/userAgent", Field("user_agent")),
    ],
    r#"{"time":"2024-07-01T09:30:00Z","category":"FrontDoorAccessLog","properties":{"clientIp":"192.0.2.44","httpMethod":"GET","requestUri":"https://shop.example.com:443/cart?step=2","userAgent":"ExampleBrowser/5.0","httpStatusCode":"200"}}"#,
);

pub(super) static FASTLY: JsonLog = log(
    "fastly",
    Role::Origin,
    "Fastly log streaming",
    &["/client_ip", "/request_method", "/fastly_server"],
    &[
        ("/timestamp", Field("time")),
        ("/client_ip", Field("client")),
        ("/request_method", Field("method")),
        ("/host", Field("host")),
        ("/url", Field("url")),
        ("/response_status", Field("status")),
        ("/request_referer", Field("referer")),
        ("/request_user_agent", Field("user_agent")),
    ],
    r#"{"timestamp":"2024-07-01T09:30:00+0000","client_ip":"192.0.2.44","host":"shop.example.com","url":"/cart?step=2","request_method":"GET","request_referer":"","request_user_agent":"ExampleBrowser/5.0","response_status":200,"fastly_server":"cache-1"}"#,
);

pub(super) static AKAMAI: JsonLog = log(
    "akamai",
    Role::Origin,
    "Akamai DataStream 2",
    &["/cliIP", "/reqPath", "/reqHost"],
    &[
        ("/reqTimeSec", Field("time")),
        ("/cliIP", Field("client")),
        ("/reqMethod", Field("method")),
        ("/proto", Field("scheme")),
        ("/reqHost", Field("host")),
        ("/reqPath", Field("path")),
        ("/queryStr", Field("query")),
        ("/statusCode", Field("status")),
        ("/referer", Field("referer")),
        ("/UA", Field("user_agent")),
        ("/cookie", Field("cookies")),
        ("/rspContentType", Field("response_type")),
        ("/xForwardedFor", Field("header:x-forwarded-for")),
    ],
    r#"{"version":2,"cliIP":"192.0.2.44","reqTimeSec":"1719826200.250","reqMethod":"GET","reqHost":"shop.example.com","reqPath":"/cart","queryStr":"step=2","statusCode":"200","UA":"ExampleBrowser/5.0"}"#,
);

pub(super) static AWS_WAF: JsonLog = log(
    "aws_waf",
    Role::Origin,
    "AWS WAF log",
    &["/httpRequest/clientIp", "/httpRequest/uri"],
    &[
        ("/timestamp", Field("time")),
        ("/httpRequest/clientIp", Field("client")),
        ("/httpRequest/httpMethod", Field("method")),
        ("/httpRequest/uri", Field("path")),
        ("/httpRequest/args", Field("query")),
        ("/httpRequest/headers", Headers),
        ("/responseCodeSent", Field("status")),
        ("/action", Field("verdict")),
    ],
    r#"{"timestamp":1719826200250,"action":"ALLOW","httpRequest":{"clientIp":"192.0.2.44","headers":[{"name":"Host","value":"shop.example.com"},{"name":"User-Agent","value":"ExampleBrowser/5.0"}],"uri":"/cart","args":"step=2","httpMethod":"GET"}}"#,
);

pub(super) static GOOGLE_CLOUD: JsonLog = log(
    "google_cloud",
    Role::Origin,
    "Google Cloud load balancer or Cloud Run request log",
    &["/httpRequest/requestUrl"],
    &[
        ("/timestamp", Field("time")),
        ("/httpRequest/remoteIp", Field("client")),
        ("/httpRequest/requestMethod", Field("method")),
        ("/httpRequest/requestUrl", Field("url")),
        ("/httpRequest/status", Field("status")),
        ("/httpRequest/referer", Field("referer")),
        ("/httpRequest/userAgent", Field("user_agent")),
    ],
    r#"{"timestamp":"2024-07-01T09:30:00.250Z","httpRequest":{"requestMethod":"GET","requestUrl":"https://shop.example.com/cart?step=2","status":200,"userAgent":"ExampleBrowser/5.0","remoteIp":"192.0.2.44"},"resource":{"type":"http_load_balancer"}}"#,
);

pub(super) static KONG: JsonLog = log(
    "kong",
    Role::Origin,
    "Kong gateway log",
    &["/started_at", "/request/uri"],
    &[
        ("/started_at", Field("time")),
        ("/client_ip", Field("client")),
        ("/authenticated_entity/consumer_id", Field("user")),
        ("/consumer/username", Field("user")),
        ("/request/method", Field("method")),
        ("/request/uri", Field("url")),
        ("/request/headers", Headers),
        ("/request/body", Field("body")),
        ("/response/status", Field("status")),
        ("/response/headers", ResponseHeaders),
    ],
    r#"{"started_at":1719826200250,"client_ip":"192.0.2.44","request":{"method":"GET","uri":"/cart?step=2","headers":{"host":"shop.example.com","user-agent":"ExampleBrowser/5.0"}},"response":{"status":200,"headers":{"content-type":"text/html"}}}"#,
);

pub(super) static NGINX: JsonLog = log(
    "nginx_json",
    Role::Origin,
    "nginx access log as JSON, with the usual names of its variables",
    &["/remote_addr"],
    &[
        ("/time_iso8601", Field("time")),
        ("/msec", Field("time")),
        ("/@timestamp", Field("time")),
        ("/timestamp", Field("time")),
        ("/time_local", Field("time")),
        ("/time", Field("time")),
        ("/ts", Field("time")),
        ("/remote_addr", Field("client")),
        ("/remote_user", Field("user")),
        ("/request", Field("request")),
        ("/request_method", Field("method")),
        ("/method", Field("method")),
        ("/scheme", Field("scheme")),
        ("/http_host", Field("host")),
        ("/host", Field("host")),
        ("/request_uri", Field("url")),
        ("/url", Field("url")),
        ("/uri", Field("path")),
        ("/path", Field("path")),
        ("/args", Field("query")),
        ("/query_string", Field("query")),
        ("/status", Field("status")),
        ("/http_referer", Field("referer")),
        ("/http_referrer", Field("referer")),
        ("/referer", Field("referer")),
        ("/referrer", Field("referer")),
        ("/http_user_agent", Field("user_agent")),
        ("/user_agent", Field("user_agent")),
        ("/http_cookie", Field("cookies")),
        ("/request_body", Field("body")),
        ("/content_type", Field("body_type")),
        ("/sent_http_content_type", Field("response_type")),
        ("/http_x_forwarded_for", Field("header:x-forwarded-for")),
    ],
    r#"{"time_iso8601":"2024-07-01T09:30:00+00:00","remote_addr":"192.0.2.44","remote_user":"avery","request":"GET /cart?step=2 HTTP/1.1","status":"200","http_referer":"https://shop.example.com/","http_user_agent":"ExampleBrowser/5.0"}"#,
);

pub(super) static INSPECTION: JsonLog = log(
    "inspection_log",
    Role::Capture,
    "Blacklight inspection-log.ndjson: the tracking requests of one visit",
    &["/message/url"],
    &[
        ("/message/type", Just("TrackingRequest")),
        ("/timestamp", Field("time")),
        ("/message/url", Field("url")),
        ("/message/stack/0/fileName", Field("page")),
    ],
    r#"{"level":"warn","message":{"data":{"filter":"||t.example.net^","query":{"c":"1"}},"stack":[{"fileName":"https://shop.example.com/cart","source":"RequestHandler"}],"type":"TrackingRequest","url":"https://t.example.net/c?c=1"},"timestamp":"2024-07-01T09:30:00.250Z"}"#,
);

pub(super) static APP_PRIVACY: JsonLog = log(
    "app_privacy_report",
    Role::Capture,
    "App Privacy Report of iOS: which app contacted which domain",
    &["/domain", "/bundleID"],
    &[
        ("/type", Just("networkActivity")),
        ("/firstTimeStamp", Field("time")),
        ("/timeStamp", Field("time")),
        ("/domain", Field("host")),
        ("/bundleID", Field("app")),
    ],
    r#"{"domain":"t.example.net","firstTimeStamp":"2024-07-01T11:30:00.250+02:00","context":"","timeStamp":"2024-07-01T11:30:00.250+02:00","domainType":2,"initiatedType":"AppInitiated","hits":2,"type":"networkActivity","domainOwner":"","bundleID":"com.example.shop"}"#,
);
