//! What there is: key figures, areas, groups and units, in the forms and the order of each version.

use super::in_both_worlds;
use super::world::{define, load, own_indicator};
use serde_json::{Value, json};

const POPULATION_V3: &str = r#"{"values":[{"id":"N00945","title":"Invånare totalt, antal","description":"Antal invånare den 31/12.","is_divided_by_gender":true,"municipality_type":"A","auspice":"X","operating_area":"Befolkning","perspective":"Volymer","prel_publication_date":null,"publication_date":"2026-02-20","publ_period":"2025","has_ou_data":false}],"count":1,"next_url":null,"previous_url":null}"#;
const POPULATION_V2: &str = r#"{"count":1,"values":[{"auspices":"X","description":"Antal invånare den 31/12.","has_ou_data":false,"id":"N00945","is_divided_by_gender":1,"municipality_type":"A","operating_area":"Befolkning","ou_publication_date":null,"perspective":"Volymer","prel_publication_date":null,"publ_period":"2025","publication_date":"2026-02-20","title":"Invånare totalt, antal"}]}"#;

in_both_worlds! { filled:
    async fn every_object_has_the_keys_of_its_version_in_their_order(world) {
        for (path, expected) in [
            ("v3/kpi/N00945", POPULATION_V3),
            ("v2/kpi/N00945", POPULATION_V2),
            ("v3/municipality/0580", r#"{"values":[{"id":"0580","title":"Linköping","type":"K"}],"count":1,"next_url":null,"previous_url":null}"#),
            ("v2/municipality/0580", r#"{"count":1,"values":[{"id":"0580","title":"Linköping","type":"K"}]}"#),
            ("v3/municipality_groups", r#"{"values":[{"id":"G175807","title":"Större städer","members":[{"member_id":"0580","member_title":"Linköping"},{"member_id":"0581","member_title":"Norrköping"}]}],"count":1,"next_url":null,"previous_url":null}"#),
            ("v2/municipality_groups", r#"{"count":1,"values":[{"id":"G175807","members":[{"member_id":"0580","member_title":"Linköping"},{"member_id":"0581","member_title":"Norrköping"}],"title":"Större städer"}]}"#),
            ("v3/kpi_groups/G2KPI1", r#"{"values":[{"id":"G2KPI1","title":"Befolkning","members":[{"member_id":"N00945","member_title":"Invånare totalt, antal"}]}],"count":1,"next_url":null,"previous_url":null}"#),
            ("v2/kpi_groups/G2KPI1", r#"{"count":1,"values":[{"id":"G2KPI1","members":[{"member_id":"N00945","member_title":"Invånare totalt, antal"}],"title":"Befolkning"}]}"#),
            ("v3/ou/V00E0580-3102", r#"{"values":[{"id":"V00E0580-3102","title":"Gruppbostäder Åsen","municipality":"0580"}],"count":1,"next_url":null,"previous_url":null}"#),
            ("v2/ou/V00E0580-3102", r#"{"count":1,"values":[{"id":"V00E0580-3102","municipality":"0580","title":"Gruppbostäder Åsen"}]}"#),
        ] {
            let answer = world.read(path).await;
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, expected), "{path}");
            assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
        }
    }

    async fn an_indicator_of_the_municipality_is_a_key_figure(world) {
        let one = &world.items("v3/kpi/U0580005").await[0];
        let day = one["publication_date"].as_str().expect("a day").to_owned();
        let expected = json!({ "id": "U0580005", "title": "Ökad nöjdhet på särskilt boende", "description": "Vad det betyder",
            "is_divided_by_gender": true, "municipality_type": "K", "auspice": null, "operating_area": "Äldreomsorg",
            "perspective": "Kvalitet", "prel_publication_date": null, "publication_date": day, "publ_period": "2018",
            "has_ou_data": true });
        assert_eq!(*one, expected);
        assert_eq!(day.len(), 10);
        // One that only the total is known of, and no unit.
        define(&world.admin, json!([{ "key": "nytt", "name": "Nytt", "public": true }])).await;
        load(&world.admin, &[("nytt", "0580", "2020", "T", json!(1))]).await;
        let new = &world.items("v2/kpi?title=nytt").await[0];
        assert_eq!((&new["is_divided_by_gender"], &new["has_ou_data"], &new["publ_period"]), (&json!(0), &json!(false), &json!("2020")));
        assert_eq!((&new["operating_area"], &new["perspective"]), (&json!("Övrigt"), &Value::Null));
    }

    async fn lists_come_in_an_order_that_stays(world) {
        for version in ["v2", "v3"] {
            for list in ["kpi", "kpi_groups", "municipality_groups", "ou"] {
                let ids = world.ids(&format!("{version}/{list}")).await;
                assert!(!ids.is_empty() && ids.is_sorted(), "{version}/{list}: {ids:?}");
            }
        }
        let ids = world.ids("v3/municipality").await;
        assert!(ids.is_sorted() && ids.len() == 312, "{} areas", ids.len());
        assert_eq!(ids[..2], ["0000", "0001"]);
        let titles: Vec<String> =
            world.items("v2/municipality").await.iter().map(|area| area["title"].as_str().expect("a title").to_owned()).collect();
        let at = |title: &str| titles.iter().position(|other| other == title).unwrap_or_else(|| panic!("{title} is not there"));
        let swedish = ["Ale", "Arvika", "Upplands-Bro", "Upplands Väsby", "Västerås", "Ydre", "Åmål", "Åre", "Älmhult", "Ängelholm", "Öckerö", "Östra Göinge"];
        let places: Vec<usize> = swedish.map(at).to_vec();
        assert!(places.is_sorted(), "{places:?}");
        assert_eq!(titles.len(), 312);
    }

    async fn areas_are_municipalities_regions_and_riket(world) {
        let kinds = |items: &[Value]| {
            let of = |kind: &str| items.iter().filter(|area| area["type"] == kind).count();
            (of("K"), of("L"))
        };
        assert_eq!(kinds(&world.items("v3/municipality").await), (290, 22));
        for parameter in ["region_type", "type"] {
            assert_eq!(kinds(&world.items(&format!("v3/municipality?{parameter}=K")).await), (290, 0));
            assert_eq!(kinds(&world.items(&format!("v3/municipality?{parameter}=L")).await), (0, 22));
        }
        assert_eq!(kinds(&world.items("v3/municipality?region_type=K,L").await), (290, 22));
        let riket = json!([{ "id": "0000", "title": "Riket", "type": "L" }]);
        assert_eq!(json!(world.items("v3/municipality/0000").await), riket);
        assert_eq!(json!(world.items("v2/municipality/0000").await), riket);
    }

    async fn titles_are_searched_whatever_their_case(world) {
        for (path, expected) in [
            ("v3/municipality?title=LINKÖP", vec!["0580"]),
            ("v2/municipality?title=link%C3%B6p", vec!["0580"]),
            ("v3/municipality?title=LINK%D6P", vec!["0580"]),
            ("v3/municipality?title=link%F6p&", vec!["0580"]),
            ("v3/municipality?title=%C3%85RE", vec!["2321"]),
            ("v3/municipality?title=upplands+v", vec!["0114"]),
            ("v3/municipality?title=upplands%20v", vec!["0114"]),
            ("v3/municipality?title=%25", vec![]),
            ("v3/municipality?title=_", vec![]),
            ("v3/municipality?title=%00", vec![]),
            ("v3/municipality?title=!", vec![]),
            ("v3/kpi?title=N%C3%96JDHET", vec!["U0580005"]),
            ("v2/kpi?title=%C3%B6kad", vec!["U0580005"]),
            ("v3/kpi_groups?title=%C3%A4ldre", vec!["G0580KPI002"]),
            ("v3/municipality_groups?title=ST%C3%96RRE", vec!["G175807"]),
            ("v3/ou?title=%C3%A5sen", vec!["V00E0580-3102"]),
            ("v3/ou?title=%C3%A5sen&municipality=0581", vec![]),
        ] {
            assert_eq!(world.ids(path).await, expected, "{path}");
        }
        for path in ["v3/municipality?title=", "v3/municipality?", "v3/municipality?title=%20", "v3/municipality?title"] {
            assert_eq!(world.ids(path).await.len(), 312, "{path}");
        }
        let long = format!("v3/municipality?title={}", "a".repeat(60_000));
        assert_eq!(world.ids(&long).await, Vec::<String>::new());
    }

    async fn units_are_those_of_a_municipality_with_public_values(world) {
        assert_eq!(world.ids("v3/ou?municipality=0580").await, ["V00E0580-3102", "V01E0580-SN"]);
        assert_eq!(world.ids("v2/ou?municipality=1480,0580").await, ["V00E0580-3102", "V01E0580-SN"]);
        assert_eq!(world.ids("v3/ou?municipality=1480&municipality=0580").await.len(), 2);
        assert_eq!(world.ids("v3/ou?municipality=0581").await, Vec::<String>::new());
        // 3103 is a unit too, but nothing is published of it.
        assert_eq!(world.ids("v3/ou").await.len(), 2);
    }

    async fn everything_that_has_values_is_in_its_list(world) {
        let (kpis, units) = (world.ids("v3/kpi").await, world.ids("v3/ou").await);
        let mut places = world.ids("v3/municipality").await;
        places.extend(world.ids("v3/municipality_groups").await);
        let rows = world.items("v3/data?year=2016&year=2017&year=2018").await;
        assert!(rows.len() > 200, "{} rows", rows.len());
        for row in &rows {
            assert!(kpis.iter().any(|id| row["kpi"] == **id) && places.iter().any(|id| row["municipality"] == **id), "{row}");
        }
        let rows = world.items("v3/oudata?year=2016,2017,2018").await;
        assert!(rows.len() > 100, "{} rows", rows.len());
        for row in &rows {
            assert!(kpis.iter().any(|id| row["kpi"] == **id) && units.iter().any(|id| row["ou"] == **id), "{row}");
        }
    }
}

in_both_worlds! { bare:
    async fn an_empty_service_has_the_areas_and_nothing_else(world) {
        for list in ["kpi", "kpi_groups", "municipality_groups", "ou", "data/kpi/N00945/year/2017", "oudata/kpi/N00945/year/2017"] {
            let two = world.read(&format!("v2/{list}")).await;
            assert_eq!((two.status.as_u16(), two.body.as_str()), (200, r#"{"count":0,"values":[]}"#), "{list}");
            let three = world.read(&format!("v3/{list}")).await;
            let empty = r#"{"values":[],"count":0,"next_url":null,"previous_url":null}"#;
            assert_eq!((three.status.as_u16(), three.body.as_str()), (200, empty), "{list}");
        }
        assert_eq!(world.ids("v3/municipality").await.len(), 312);
    }

    async fn a_municipality_that_nobody_knows_is_known_when_it_joins(world) {
        assert_eq!(world.ids("v3/municipality/9999").await, Vec::<String>::new());
        world.app.create("9999", "Prövkommun").await;
        let expected = json!([{ "id": "9999", "title": "Prövkommun", "type": "K" }]);
        assert_eq!(json!(world.items("v3/municipality?title=PR%C3%96V").await), expected);
        // The catalogue's own name stays, whatever a municipality calls itself.
        world.app.create("1480", "Göteborgs stad").await;
        assert_eq!(world.items("v3/municipality/1480").await[0]["title"], "Göteborg");
    }

    async fn groups_follow_the_indicators_that_are_shown_in_them(world) {
        let two: Vec<Value> = (0..2).map(own_indicator).collect();
        define(&world.admin, json!(two)).await;
        let group = world.items("v3/kpi_groups").await;
        let member = |at: usize| json!({ "member_id": format!("U058000{at}"), "member_title": format!("Eget nyckeltal {at}") });
        assert_eq!(group, [json!({ "id": "G0580KPI001", "title": "Äldreomsorg", "members": [member(1), member(2)] })]);
        let mut moved = own_indicator(1);
        moved["groups"] = json!(["Ny", "Äldre"]);
        moved["name"] = json!("Nytt namn");
        define(&world.admin, json!([moved])).await;
        let groups = world.items("v3/kpi_groups").await;
        let new = json!([{ "member_id": "U0580002", "member_title": "Nytt namn" }]);
        assert_eq!(groups[0]["members"], json!([member(1)]));
        assert_eq!((&groups[1]["members"], &groups[2]["members"]), (&new, &new));
        // A group that has no members any more is not shown, and comes back under its code.
        let mut private = own_indicator(0);
        private["public"] = json!(false);
        define(&world.admin, json!([private])).await;
        assert_eq!(world.ids("v3/kpi_groups").await, ["G0580KPI002", "G0580KPI003"]);
        define(&world.admin, json!([own_indicator(0)])).await;
        assert_eq!(world.ids("v3/kpi_groups").await, ["G0580KPI001", "G0580KPI002", "G0580KPI003"]);
    }
}
