//! JSON-stat 2.0 out: a dataset of dimensions, values and, where a value is not there, why. <https://json-stat.org/full/>

use serde_json::{Map, Value, json};

/// A dimension: its id, its label, and its categories with theirs.
#[derive(Debug, Clone)]
pub struct Dimension {
    /// Its id.
    pub id: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What it is: `time`, `geo` or `metric`; none for another.
    pub role: Option<&'static str>,
    /// Its categories, in order: id and label.
    pub categories: Vec<(String, String)>,
}

/// A cell: the place of each dimension's category, the value, and why there is none or what it is.
#[derive(Debug, Clone)]
pub struct DataCell {
    /// The place in each dimension.
    pub place: Vec<usize>,
    /// The number as it is written; none where there is none.
    pub value: Option<String>,
    /// Its status.
    pub status: String,
}

/// A dataset; values and statuses are sparse objects, since most cells of a cube are empty.
pub fn dataset(label: &str, updated: Option<&str>, dimensions: &[Dimension], cells: &[DataCell]) -> Value {
    let sizes: Vec<usize> = dimensions.iter().map(|dimension| dimension.categories.len()).collect();
    let at = |place: &[usize]| place.iter().zip(&sizes).fold(0, |at, (place, size)| at * size + place).to_string();
    let (mut values, mut statuses) = (Map::new(), Map::new());
    for cell in cells {
        let number = cell.value.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
        values.insert(at(&cell.place), number.unwrap_or(Value::Null));
        statuses.insert(at(&cell.place), cell.status.as_str().into());
    }
    let described = dimensions.iter().map(|dimension| {
        let index: Value = dimension.categories.iter().map(|(id, _)| id.as_str()).collect();
        let labels: Value = dimension.categories.iter().map(|(id, label)| (id.clone(), json!(label))).collect();
        (dimension.id.to_owned(), json!({ "label": dimension.label, "category": { "index": index, "label": labels } }))
    });
    let mut roles: Map<String, Value> = Map::new();
    for dimension in dimensions {
        if let Some(role) = dimension.role
            && let Some(list) = roles.entry(role).or_insert_with(|| json!([])).as_array_mut()
        {
            list.push(dimension.id.into());
        }
    }
    let mut whole = json!({
        "version": "2.0", "class": "dataset", "label": label, "source": "Utfall",
        "id": dimensions.iter().map(|dimension| dimension.id).collect::<Vec<_>>(), "size": sizes, "role": roles,
        "dimension": described.collect::<Map<_, _>>(), "value": values, "status": statuses,
    });
    if let Some(updated) = updated {
        whole["updated"] = updated.into();
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_in_row_major_order() {
        let dimension = |id, role, categories: &[&str]| Dimension {
            id,
            label: id,
            role,
            categories: categories.iter().map(|one| ((*one).to_owned(), (*one).to_owned())).collect(),
        };
        let dimensions =
            [dimension("period", Some("time"), &["2017", "2018"]), dimension("sex", None, &["T", "K", "M"])];
        let cell = DataCell { place: vec![1, 2], value: Some("5.50".into()), status: "final".into() };
        let whole = dataset("x", None, &dimensions, &[cell]);
        assert_eq!(whole["size"], json!([2, 3]));
        assert_eq!(whole["value"], json!({ "5": 5.5 }));
        assert_eq!(whole["dimension"]["sex"]["category"]["index"], json!(["T", "K", "M"]));
        assert_eq!(whole["role"], json!({ "time": ["period"] }));
    }
}
