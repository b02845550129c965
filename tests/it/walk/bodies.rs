//! Bodies that cannot be taken: wrong media types, and JSON that is broken or means something else.

use super::{World, json_example, method};
use crate::document::Operation;
use serde_json::Value;
use utfall_tests::on_both_stores;

/// Bodies that no operation takes as JSON.
fn malformed() -> Vec<(&'static str, Vec<u8>)> {
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("empty", b"".into()),
        ("cut", b"{".into()),
        ("no JSON", b"hello".into()),
        ("a list", b"[]".into()),
        ("null", b"null".into()),
        ("a number", b"17".into()),
        ("an unknown member", br#"{"colour":"red"}"#.into()),
        ("nothing that is needed", b"{}".into()),
        ("not UTF-8", b"{\"name\":\"\xff\xfe\"}".into()),
        ("nested without end", "[".repeat(5000).into_bytes()),
        ("a member nested without end", format!("{{\"a\":{}", "{\"a\":".repeat(5000)).into_bytes()),
    ];
    bodies
}

/// How far the municipality has come: nothing that is refused may change it.
async fn versions(world: &World) -> Value {
    world.admin.get("").await.succeeded()["dataVersion"].clone()
}

/// Whether an empty body says all that an operation asks for.
fn nothing_is_needed(world: &World, operation: &Operation) -> bool {
    let bodies = operation.bodies();
    let mut json = bodies.iter().filter(|body| body.status.is_none() && body.media_type == "application/json");
    json.all(|body| world.schemas.faults(&body.media["schema"], &serde_json::json!({})).is_empty())
}

on_both_stores! {
    async fn media_types_that_are_not_read_are_refused(app) {
        let world = World::new(app).await;
        let before = versions(&world).await;
        let with_body = world.operations().into_iter().filter(|operation| operation.value["requestBody"].is_object());
        for operation in with_body {
            let client = world.entitled(&operation);
            let request = || client.request(method(&operation), &world.place(&operation)).body("{}");
            let answer = world.send(request()).await;
            world.refused(&operation, &answer, 415, "no Content-Type");
            for media_type in ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "nonsense"] {
                let answer = world.send(request().header("Content-Type", media_type)).await;
                world.refused(&operation, &answer, 415, media_type);
            }
            let packed = request().header("Content-Type", "application/json").header("Content-Encoding", "gzip");
            let answer = world.send(packed).await;
            world.refused(&operation, &answer, 415, "gzip");
        }
        assert_eq!(versions(&world).await, before);
        world.report("media types that are not read");
    }

    async fn malformed_bodies_are_refused(app) {
        let world = World::new(app).await;
        let before = versions(&world).await;
        for operation in world.operations() {
            let Some(example) = json_example(&operation) else { continue };
            let mut bodies = malformed();
            if nothing_is_needed(&world, &operation) {
                bodies.retain(|(why, _)| *why != "nothing that is needed");
            }
            bodies.push(("something after the end", format!("{example} {example}").into_bytes()));
            // Every member of the example with a value that it cannot have.
            let of_members = crate::document::members(example).map(|(name, _)| {
                let mut wrong = example.clone();
                wrong[name] = serde_json::json!({ "unexpected": [true] });
                ("a member of another form", wrong.to_string().into_bytes())
            });
            bodies.extend(of_members);
            let twice = example.to_string();
            let first = crate::document::members(example).next().map(|(name, value)| format!("{{\"{name}\":{value},"));
            bodies.push(("a member twice", format!("{}{}", first.expect("a member"), &twice[1..]).into_bytes()));
            for (why, body) in bodies {
                let request = world.entitled(&operation).request(method(&operation), &world.place(&operation));
                let answer = world.send(request.header("Content-Type", "application/json").body(body)).await;
                let status = answer.status.as_u16();
                assert!(matches!(status, 400 | 422), "{} ({why}): {status} {}", operation.id(), answer.body);
                world.refused(&operation, &answer, status, why);
            }
        }
        assert_eq!(versions(&world).await, before);
        world.report("V4: malformed bodies, each refused by 400 or 422");
    }

    async fn queries_that_an_operation_does_not_have_are_refused(app) {
        let world = World::new(app).await;
        let before = versions(&world).await;
        for operation in world.operations().iter().filter(|operation| !operation.is_open()) {
            for query in ["colour=red", "page=x&limit=0", "asOf=yesterday", "%ff=1"] {
                let mark = if world.place(operation).contains('?') { '&' } else { '?' };
                let place = format!("{}{mark}{query}", world.place(operation));
                let request = world.entitled(operation).request(method(operation), &place);
                let request = match json_example(operation) {
                    Some(example) => request.json(example),
                    None => request,
                };
                let answer = world.send(request).await;
                world.refused(operation, &answer, 400, query);
            }
        }
        assert_eq!(versions(&world).await, before);
        world.report("queries that are not read");
    }
}
