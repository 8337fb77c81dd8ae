//! The logs that are known by their pattern. A new one is an entry here and a line in `FORMATS`.

use super::pattern::PatternLog;
use crate::record::Role;
use std::sync::OnceLock;

/// An entry: name, title, patterns, a sample.
const fn log(
    name: &'static str,
    title: &'static str,
    patterns: &'static [&'static str],
    sample: &'static str,
) -> PatternLog {
    PatternLog { name, title, role: Role::Origin, sample, patterns, compiled: OnceLock::new() }
}

pub(super) static HAPROXY: PatternLog = log(
    "haproxy",
    "HAProxy HTTP log, with or without captured headers",
    &[
        "$remote_addr:$number_ [$time_local] $_ $_/$_ $_/$_/$_/$_/$_ $status $_ $_ $_ $_ $_/$_/$_/$_/$_ $_/$_ {$captured_} {$_} \"$request\"",
        "$remote_addr:$number_ [$time_local] $_ $_/$_ $_/$_/$_/$_/$_ $status $_ $_ $_ $_ $_/$_/$_/$_/$_ $_/$_ {$captured_} \"$request\"",
        "$remote_addr:$number_ [$time_local] $_ $_/$_ $_/$_/$_/$_/$_ $status $_ $_ $_ $_ $_/$_/$_/$_/$_ $_/$_ \"$request\"",
        // A connection that came to no request.
        "$remote_addr:$number_ [$time_local] $_/$_: $_",
    ],
    "192.0.2.44:40000 [01/Jul/2024:09:30:00.250] https-in~ shop/web1 0/0/1/12/14 200 4312 - - ---- 2/1/0/0/0 0/0 \"GET /cart?step=2 HTTP/1.1\"\n",
);

pub(super) static AWS_ALB: PatternLog = log(
    "aws_alb",
    "AWS application load balancer access log",
    &[
        "$_ $time_iso8601 $_ $remote_addr:$number_ $_ $number_ $number_ $number_ $status $_ $number_ $number_ \"$request\" \"$http_user_agent\" $_",
    ],
    "https 2024-07-01T09:30:00.250000Z app/shop/50dc6c495c0c9188 192.0.2.44:40000 198.51.100.5:80 0.001 0.012 0.000 200 200 34 4312 \
     \"GET https://shop.example.com:443/cart?step=2 HTTP/1.1\" \"ExampleBrowser/5.0\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 \
     arn:aws:elasticloadbalancing:example \"Root=1-2-3\" \"shop.example.com\" \"-\" 0 2024-07-01T09:30:00.238000Z \"forward\"\n",
);

pub(super) static AWS_ELB: PatternLog = log(
    "aws_elb",
    "AWS classic load balancer access log",
    &[
        "$time_iso8601 $_ $remote_addr:$number_ $_ $number_ $number_ $number_ $status $_ $number_ $number_ \"$request\" \"$http_user_agent\" $_ $_",
        "$time_iso8601 $_ $remote_addr:$number_ $_ $number_ $number_ $number_ $status $_ $number_ $number_ \"$request\"",
    ],
    "2024-07-01T09:30:00.250000Z shop 192.0.2.44:40000 198.51.100.5:80 0.000073 0.001048 0.000057 200 200 0 4312 \
     \"GET https://shop.example.com:443/cart?step=2 HTTP/1.1\" \"ExampleBrowser/5.0\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2\n",
);

pub(super) static AWS_S3: PatternLog = log(
    "aws_s3",
    "AWS S3 server access log",
    &[
        "$_ $_ [$time_local] $remote_addr $remote_user $_ $_ $_ \"$request\" $status $_ $_ $_ $_ $_ \"$http_referer\" \"$http_user_agent\" $_",
    ],
    "79a59df900b949e55d96a1e698fbaced shop-assets [01/Jul/2024:09:30:00 +0000] 192.0.2.44 - 3E57427F3EXAMPLE REST.GET.OBJECT cart.html \
     \"GET /cart.html?step=2 HTTP/1.1\" 200 - 4312 4312 22 20 \"https://shop.example.com/\" \"ExampleBrowser/5.0\" -\n",
);

pub(super) static CLOUDFRONT: PatternLog = log(
    "cloudfront",
    "CloudFront log without its header lines",
    &[
        "$date_\t$clock_\t$_\t$_\t$remote_addr\t$request_method\t$server_name\t$uri\t$status\t$http_referer\t$http_user_agent\t$args\t$http_cookie\t$_\t$_\t$host\t$scheme\t$_",
    ],
    "2024-07-01\t09:30:00\tCDG50-P2\t703\t192.0.2.44\tGET\td111111abcdef8.example.net\t/cart\t200\t-\tExampleBrowser/5.0\tstep=2\t-\tHit\tabc==\tshop.example.com\thttps\t62\t0.113\n",
);

pub(super) static ENVOY: PatternLog = log(
    "envoy",
    "Envoy access log in its default format",
    &[
        "[$time_iso8601] \"$request\" $status $_ $_ $_ $_ $_ \"$remote_addr\" \"$http_user_agent\" \"$_\" \"$host\" \"$_\"$_",
        "[$time_iso8601] \"$request\" $status $_ $_ $_ \"$_\" $_ $_ $_ $_ \"$remote_addr\" \"$http_user_agent\" \"$_\" \"$host\" \"$_\"$_",
    ],
    "[2024-07-01T09:30:00.250Z] \"GET /cart?step=2 HTTP/1.1\" 200 - 0 4312 12 11 \"192.0.2.44\" \"ExampleBrowser/5.0\" \"6f1c\" \"shop.example.com\" \"198.51.100.5:80\"\n",
);

pub(super) static NGINX_PROXY_MANAGER: PatternLog = log(
    "nginx_proxy_manager",
    "Nginx Proxy Manager access log of a host",
    &[
        "[$time_local] $_ $_ $status - $request_method $scheme $host \"$request_uri\" [Client $remote_addr] [Length $_] [Gzip $_] [Sent-to $_] \"$http_user_agent\" \"$http_referer\"",
        "[$time_local] $_ $_ $status - $request_method $scheme $host \"$request_uri\" [Client $remote_addr] [Length $_] [Gzip $_] \"$http_user_agent\" \"$http_referer\"",
        "[$time_local] $status - $request_method $scheme $host \"$request_uri\" [Client $remote_addr] [Length $_] [Gzip $_] [Sent-to $_] \"$http_user_agent\" \"$http_referer\"",
        "[$time_local] $status - $request_method $scheme $host \"$request_uri\" [Client $remote_addr] [Length $_] [Gzip $_] \"$http_user_agent\" \"$http_referer\"",
        "[$time_local] $host $remote_addr $number_ \"$request\" $status $number_ $number_ $http_referer $http_user_agent",
    ],
    "[01/Jul/2024:09:30:00 +0000] - 200 200 - GET https shop.example.com \"/cart?step=2\" [Client 192.0.2.44] [Length 4312] [Gzip 1.20] \
     [Sent-to 198.51.100.5] \"ExampleBrowser/5.0\" \"https://shop.example.com/\"\n",
);

pub(super) static ATLASSIAN: PatternLog = log(
    "atlassian",
    "Access log of Jira and Confluence (Tomcat's conf_access_log)",
    &[
        "[$time_local] $_ $remote_user http$_ $remote_addr $request_method $request_uri HTTP/$_ $status $_ms $number_ $http_referer $http_user_agent",
        "[$time_local] $remote_user http$_ $remote_addr $request_method $request_uri HTTP/$_ $status $_ms $number_ $http_referer $http_user_agent",
    ],
    "[01/Jul/2024:09:30:00 +0000] avery http-nio-8080-exec-1 192.0.2.44 GET /cart?step=2 HTTP/1.1 200 350ms 4312 https://shop.example.com/ ExampleBrowser/5.0\n",
);

pub(super) static BITBUCKET: PatternLog = log(
    "bitbucket",
    "Bitbucket access log",
    &[
        "$remote_addr | http$_ | $_ | $remote_user | $time_iso8601 | \"$request\" | \"$http_referer\" \"$http_user_agent\" | $status | $_",
    ],
    "192.0.2.44 | https | o@9K7Z3 | avery | 2024-07-01 09:30:00,250 | \"GET /cart?step=2 HTTP/1.1\" | \"\" \"ExampleBrowser/5.0\" | 200 | 13 | 0 | - | 101 | abc |\n",
);

pub(super) static ZORAXY: PatternLog = log(
    "zoraxy",
    "Zoraxy reverse proxy log",
    &[
        "$_ $_ [$time_iso8601] [router:$_] [origin:$host] [client: $remote_addr] [useragent: $http_user_agent] $request_method $request_uri $status",
    ],
    "2024/07/01 09:30:00 [2024-07-01 09:30:00.250000] [router:host-http] [origin:shop.example.com] [client: 192.0.2.44] [useragent: ExampleBrowser/5.0] GET /cart?step=2 200\n",
);

pub(super) static UWSGI: PatternLog = log(
    "uwsgi",
    "uWSGI request log",
    &[
        "[pid: $_|app: $_|req: $_] $remote_addr ($remote_user) {$_} [$time_local] $request_method $request_uri => generated $_ in $_ (HTTP/$_ $status) $_",
    ],
    "[pid: 88185|app: 0|req: 1/1] 192.0.2.44 () {38 vars in 696 bytes} [Mon Jul  1 09:30:00 2024] GET /cart?step=2 => generated 4312 bytes in 129 msecs (HTTP/1.1 200) 9 headers in 378 bytes (1 switches on core 3)\n",
);

pub(super) static BLACK_BOX: PatternLog = log(
    "apache_black_box",
    "Apache access log in the black box format, with the client's certificate",
    &[
        "$remote_addr/$number_ $_ [$time_local] $_ \"$remote_user\" \"$request\" $status/$_ $number_ $_ \"$http_referer\" \"$http_user_agent\" $host/$server_port",
    ],
    "192.0.2.44/61801 - [01/Jul/2024:09:30:00 +0000] - \"/C=GBR/O=Example/CN=Avery (avery)\" \"GET /cart?step=2 HTTP/1.1\" 200/200 4312 2289/415/14 \
     \"https://shop.example.com/\" \"ExampleBrowser/5.0\" shop.example.com/443\n",
);
