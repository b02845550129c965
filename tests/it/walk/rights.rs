//! Who may do what: every role against every operation, and other municipalities and committees.

use super::{World, method};
use utfall_domain::permission::{Right, Role};
use utfall_tests::app::{MUNICIPALITY, OTHER};
use utfall_tests::on_both_stores;

on_both_stores! {
    async fn roles_may_do_what_the_table_says_and_nothing_else(app) {
        let world = World::new(app).await;
        let (mut cells, mut allowed) = (0, 0);
        for role in Role::ALL {
            let client = world.app.role(role).await;
            for operation in world.operations() {
                let Some(right) = operation.right() else { continue };
                let right = Right::ALL.into_iter().find(|known| known.code() == right).expect("a known right");
                let answer = world.send(world.request(&client, &operation)).await;
                cells += 1;
                if role.may(right) {
                    allowed += 1;
                    let status = answer.status.as_u16();
                    let let_in = matches!(status, 200 | 201 | 202 | 409 | 422 | 428);
                    assert!(let_in, "{} may call {}: {}", role.code(), operation.id(), answer.body);
                } else {
                    world.refused(&operation, &answer, 403, role.code());
                }
            }
        }
        assert_eq!(cells, Role::ALL.len() * (world.operations().len() - 1));
        world.report(&format!("A5: {cells} cells of roles and operations ({allowed} allowed), 0 differ"));
    }

    async fn another_municipality_is_not_there(app) {
        let world = World::new(app).await;
        let stranger = world.app.client(Role::Admin, OTHER, &[]).await;
        let nowhere = world.app.bearer(MUNICIPALITY, &world.app.token(Role::Admin, MUNICIPALITY, &[]).await);
        for operation in world.operations().iter().filter(|operation| operation.path.contains("{municipalityCode}")) {
            let answer = world.send(world.request(&stranger, operation)).await;
            world.refused(operation, &answer, 404, "another municipality");
            // A municipality that does not exist answers the very same to somebody else's token.
            let place = world.place(operation).replacen(MUNICIPALITY, "9999", 1);
            let missing = world.send(nowhere.request(method(operation), &place)).await;
            let (mut there, mut not_there) = (answer.json(), missing.json());
            for problem in [&mut there, &mut not_there] {
                problem["instance"] = "".into();
            }
            assert_eq!(there, not_there, "{}", operation.id());
        }
        world.report("another municipality");
    }

    async fn another_committee_is_not_there(app) {
        let world = World::new(app).await;
        let bound = world.app.client(Role::Admin, MUNICIPALITY, &["KS"]).await;
        let mut tried = 0;
        for operation in world.operations() {
            let place = world.place(&operation);
            let is_of_committee = operation.path.contains("{committeeCode}");
            if !is_of_committee && !operation.names("query").contains(&"committee") {
                continue;
            }
            tried += 1;
            let request = world.request(&bound, &operation);
            let named = is_of_committee || place.contains("committee=SN");
            let request = if named { request } else { request.query(&[("committee", "SN")]) };
            let answer = world.send(request).await;
            world.refused(&operation, &answer, 404, "another committee");
        }
        assert!(tried >= 11, "only {tried}");
        world.report(&format!("another committee in {tried} operations"));
    }
}
