//! What the framework would answer by itself: HEAD, OPTIONS, other methods, unknown paths, sizes.

use super::{World, bears_the_common_headers, is_problem, method, path_of};
use reqwest::Method;
use std::collections::BTreeMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use utfall_tests::on_both_stores;

/// Sends a head that announces more than is sent, and reads what comes back.
async fn raw(world: &World, head: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(world.app.address).await.expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    tokio::time::timeout(std::time::Duration::from_secs(20), reading)
        .await
        .expect("an answer in time")
        .expect("an answer");
    String::from_utf8(answer).expect("UTF-8")
}

on_both_stores! {
    async fn head_is_get_without_a_body(app) {
        let world = World::new(app).await;
        for operation in world.operations().iter().filter(|operation| operation.method == "get") {
            let (id, client, place) = (operation.id(), world.entitled(operation), world.place(operation));
            let get = world.send(client.request(Method::GET, &place)).await;
            let head = world.send(client.request(Method::HEAD, &place)).await;
            assert_eq!((get.status, head.body.as_str()), (head.status, ""), "{id}");
            for header in ["content-type", "etag", "cache-control", "vary", "content-disposition"] {
                assert_eq!(get.header(header), head.header(header), "{id}: {header}");
            }
            bears_the_common_headers(&head, id);
            let refused = world.send(world.app.nobody().request(Method::HEAD, &place)).await;
            assert_eq!(refused.status, if operation.is_open() { 200 } else { 401 }, "{id}");
        }
        world.report("HEAD");
    }

    async fn paths_say_which_methods_they_have(app) {
        let world = World::new(app).await;
        let mut paths: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for operation in world.operations() {
            let methods = paths.entry(path_of(&world.place(&operation)).to_owned()).or_default();
            methods.push(operation.method.to_uppercase());
        }
        // The same template may be called at two places; what it has is the template's.
        for operation in world.operations() {
            let templates = world.operations();
            let all = templates.iter().filter(|other| other.path == operation.path).map(|other| other.method.to_uppercase());
            *paths.get_mut(path_of(&world.place(&operation))).expect("a path") = all.collect();
        }
        for (path, methods) in &paths {
            let mut expected: Vec<String> = methods.clone();
            if methods.contains(&"GET".to_owned()) {
                expected.push("HEAD".into());
            }
            expected.push("OPTIONS".into());
            let options = world.send(world.app.nobody().request(Method::OPTIONS, path)).await;
            assert_eq!((options.status.as_u16(), options.body.as_str()), (204, ""), "{path}");
            let sorted = |allow: &str| {
                let mut allow: Vec<String> = allow.split(", ").map(str::to_owned).collect();
                allow.sort_unstable();
                allow
            };
            expected.sort_unstable();
            assert_eq!(sorted(options.header("allow")), expected, "{path}");
            bears_the_common_headers(&options, path);
            for method in ["GET", "PUT", "POST", "DELETE", "PATCH", "TRACE", "PROPFIND"] {
                if methods.iter().any(|has| has == method) {
                    continue;
                }
                for client in [&world.admin, &world.app.nobody()] {
                    let answer = world.send(client.request(method.parse().expect("a method"), path)).await;
                    assert_eq!(answer.status, 405, "{method} {path}: {}", answer.body);
                    is_problem(&answer, path, path);
                    assert_eq!(sorted(answer.header("allow")), expected, "{method} {path}");
                }
            }
        }
        world.report(&format!("methods of {} paths", paths.len()));
    }

    async fn unknown_paths_are_problems(app) {
        let world = World::new(app).await;
        let municipality = "/utfall/v1/municipalities/0580";
        let paths = ["/", "/nothing", "/utfall", "/utfall/v1", "/utfall/v1/", "/utfall/v2/api-info", "/utfall/v1/nothing",
            "/utfall/v1/api-info/", "/health", "/docs/nothing", "/favicon.ico", "/.env", "/utfall/v1/municipalities/0580/nothing",
            "/utfall/v1/municipalities/0580/reports/nothing", "/utfall/v1/municipalities//committees", "/UTFALL/V1/api-info",
            "/utfall/v1/municipalities/0580/outcomes/2018-08"];
        for path in paths {
            for method in [Method::GET, Method::PUT, Method::POST, Method::DELETE] {
                let answer = world.send(world.admin.request(method.clone(), path)).await;
                if path.starts_with("/docs/") && method != Method::GET {
                    continue;
                }
                assert_eq!(answer.status, 404, "{method} {path}: {}", answer.body);
                is_problem(&answer, path, path);
            }
        }
        // Codes that are there for nobody: bytes that are no UTF-8, NUL, a code that is too long, a way out of the path.
        for code in ["%FF", "%00", "%C3%28", "a%00b", &"x".repeat(100), "%2e%2e%2f", "SN%0A"] {
            for place in [format!("deviation-policies/{code}"), format!("month-locks/2018-08/{code}"), format!("postings/{code}"),
                          format!("deviations/{code}"), format!("postings/{code}/file")] {
                let path = format!("{municipality}/{place}");
                let answer = world.send(world.admin.request(Method::GET, &path)).await;
                assert_eq!(answer.status, 404, "{path}: {}", answer.body);
                is_problem(&answer, &path, &path);
            }
        }
        world.report("unknown paths and codes");
    }

    async fn sizes_are_bounded(app) {
        let world = World::new(app).await;
        let long = "x".repeat(2049);
        for operation in world.operations() {
            let place = format!("{}?colour={long}", path_of(&world.place(&operation)));
            let answer = world.send(world.admin.request(method(&operation), &place)).await;
            world.refused(&operation, &answer, 414, "a long address");
        }
        let platform = world.app.token(utfall_domain::permission::Role::PlatformAdmin, "0580", &[]).await;
        let admin = world.app.token(utfall_domain::permission::Role::Admin, "0580", &[]).await;
        for operation in world.operations().iter().filter(|operation| operation.value["requestBody"].is_object()) {
            let token = if operation.right() == Some("municipalities") { &platform } else { &admin };
            let (method, place) = (method(operation), world.place(operation));
            let head = format!("{method} {place} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
                Content-Type: application/json\r\nContent-Length: 67108865\r\nConnection: close\r\n\r\n");
            let answer = raw(&world, &head).await;
            let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
            assert!(head.starts_with("HTTP/1.1 413"), "{}: {answer}", operation.id());
            assert!(head.to_lowercase().contains("content-type: application/problem+json"), "{head}");
            let problem: serde_json::Value = serde_json::from_str(body).expect("a problem");
            assert_eq!((&problem["status"], &problem["instance"]), (&413.into(), &path_of(&place).into()));
        }
        world.report("sizes");
    }
}
