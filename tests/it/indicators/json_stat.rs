//! Series as JSON-stat: a cell is found by its categories, and has its value and its status.

use super::measured;
use super::printed::{Printed, list};
use serde_json::{Value, json};
use utfall_tests::on_both_stores;

/// The place of a cell in the row-major order of the dataset's dimensions.
fn place(dataset: &Value, cell: &[(&str, &str)]) -> String {
    let sizes = list(dataset, "size").iter().map(|size| usize::try_from(size.as_u64().unwrap()).unwrap());
    let at = list(dataset, "id").iter().zip(sizes).fold(0, |at, (id, size)| {
        let id = id.as_str().unwrap();
        let index = list(&dataset["dimension"][id]["category"], "index");
        assert_eq!(index.len(), size, "{id}");
        let (_, wanted) = cell.iter().find(|(dimension, _)| *dimension == id).expect("a category of each dimension");
        at * size + index.iter().position(|category| category == wanted).expect("a known category")
    });
    at.to_string()
}

on_both_stores! {
    async fn a_cell_is_where_its_categories_say(app) {
        let client = measured(&app, &Printed::fixture("katrineholm-2019")).await;
        let path = "indicators/sjukfranvaro-total/series";
        let dataset = client.get_as(path, "application/vnd.json-stat+json").await.succeeded();
        assert_eq!((&dataset["class"], &dataset["size"]), (&json!("dataset"), &json!([1, 2, 1, 3])));
        let at = |organisation, sex| {
            let whose = [("indicator", "sjukfranvaro-total"), ("organisation", organisation)];
            place(&dataset, &[whose.as_slice(), &[("period", "2019"), ("sex", sex)]].concat())
        };
        for (organisation, sex, value) in
            [("0483", "T", 7.0), ("0483", "K", 7.5), ("0483", "M", 5.5), ("0000", "T", 6.6)]
        {
            let at = at(organisation, sex);
            assert_eq!(dataset["value"][&at].as_f64(), Some(value), "{organisation} {sex}");
            assert_eq!(dataset["status"][&at], "final");
        }
        // Riket is not printed by sex: the cell is not there, and says nothing.
        let riket = at("0000", "K");
        assert!(dataset["value"].get(&riket).is_none() && dataset["status"].get(&riket).is_none());
        assert_eq!(dataset["value"].as_object().unwrap().len(), 4);
    }

    async fn a_cell_without_a_value_says_why(app) {
        let client = measured(&app, &Printed::fixture("linkoping-2018-08")).await;
        let path = "series?indicators=kostnad-familjehemsvard,stressindex";
        let dataset = client.get_as(path, "application/vnd.json-stat+json").await.succeeded();
        let cell = |indicator, period| {
            let at = [("indicator", indicator), ("organisation", "0580"), ("period", period), ("sex", "T")];
            let at = place(&dataset, &at);
            json!([dataset["value"][&at], dataset["status"][&at]])
        };
        assert_eq!(cell("kostnad-familjehemsvard", "2016"), json!([1974, "final"]));
        assert_eq!(cell("kostnad-familjehemsvard", "2017"), json!([null, "not-measured"]));
        assert_eq!(cell("stressindex", "2017"), json!([23, "final"]));
        assert_eq!(cell("stressindex", "2018"), json!([13, "final"]));
    }
}
