//! The forms of version 3: `next_url` and `previous_url` are null where there is none, truths are booleans, keys in the order that
//! the real service gives them.

use super::pages::Paged;
use crate::wire::decimal::ExactNumber;
use serde::Serialize;
use utfall_domain::kolada::area::{Area, Group, Member};
use utfall_domain::kolada::key_figure::KeyFigure;
use utfall_persistence::kolada::entities::Unit;
use utfall_persistence::kolada::values::{PublishedValue, ValueRow};
use utoipa::ToSchema;

/// En sida. A page.
#[derive(Serialize)]
pub(super) struct Answer<T> {
    values: Vec<T>,
    count: usize,
    next_url: Option<String>,
    previous_url: Option<String>,
}

impl<T> Answer<T> {
    pub(super) fn of<S>(paged: Paged<S>) -> Self
    where
        T: From<S>,
    {
        let Paged { items, next, previous } = paged;
        let values: Vec<T> = items.into_iter().map(T::from).collect();
        Self { count: values.len(), values, next_url: next, previous_url: previous }
    }
}

/// Ett nyckeltal. A key figure.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "N00945", "title": "Invånare totalt, antal", "description": "Antal invånare den 31/12.",
    "is_divided_by_gender": true, "municipality_type": "A", "auspice": "X", "operating_area": "Befolkning", "perspective": "Volymer",
    "prel_publication_date": null, "publication_date": "2026-02-20", "publ_period": "2025", "has_ou_data": false}))]
pub(crate) struct Kpi {
    /// Kod. Its code.
    id: String,
    /// Namn. Its name.
    title: String,
    /// Vad det betyder. What it means.
    description: String,
    /// Om kvinnor och män visas för sig. Whether women and men are shown apart.
    is_divided_by_gender: bool,
    /// K kommun, L region, A båda. Of whom.
    municipality_type: String,
    /// Huvudman. Whose doing.
    #[schema(required)]
    auspice: Option<String>,
    /// Verksamhetsområde. Its field.
    operating_area: String,
    /// Perspektiv. Its perspective.
    #[schema(required)]
    perspective: Option<String>,
    /// Preliminärt publiceringsdatum. When it is published, while preliminary.
    #[schema(required)]
    prel_publication_date: Option<String>,
    /// Publiceringsdatum. When it is published.
    #[schema(required)]
    publication_date: Option<String>,
    /// Period som publiceras. The period that is published then.
    #[schema(required)]
    publ_period: Option<String>,
    /// Om enheter har värden. Whether organisational units have values.
    has_ou_data: bool,
}

impl From<KeyFigure> for Kpi {
    fn from(one: KeyFigure) -> Self {
        Self {
            id: one.code,
            title: one.title,
            description: one.description,
            is_divided_by_gender: one.is_divided_by_gender,
            municipality_type: one.municipality_type,
            auspice: one.auspice,
            operating_area: one.operating_area,
            perspective: one.perspective,
            prel_publication_date: one.prel_publication_date,
            publication_date: one.publication_date,
            publ_period: one.publ_period,
            has_ou_data: one.has_ou_data,
        }
    }
}

/// En kommun, en region eller Riket. A municipality, a region or Riket.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "0580", "title": "Linköping", "type": "K"}))]
pub(crate) struct Municipality {
    /// Kod. Its code of four digits.
    id: String,
    /// Namn. Its name.
    title: String,
    /// K kommun, L region eller Riket. What it is.
    r#type: &'static str,
}

impl From<Area> for Municipality {
    fn from(one: Area) -> Self {
        Self { id: one.code, title: one.title, r#type: one.kind.code() }
    }
}

/// En medlem av en grupp. A member of a group.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"member_id": "0580", "member_title": "Linköping"}))]
pub(crate) struct GroupMember {
    /// Kod. Its code.
    pub(super) member_id: String,
    /// Namn. Its name.
    pub(super) member_title: String,
}

impl From<Member> for GroupMember {
    fn from(Member { code, title }: Member) -> Self {
        Self { member_id: code, member_title: title }
    }
}

/// En grupp av kommuner eller nyckeltal. A group of municipalities or of key figures.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "G175807", "title": "Större städer", "members": [{"member_id": "0580", "member_title": "Linköping"}]}))]
pub(crate) struct MemberGroup {
    /// Kod. Its code.
    id: String,
    /// Namn. Its name.
    title: String,
    /// Medlemmar, minst en. Its members, at least one.
    members: Vec<GroupMember>,
}

impl From<Group> for MemberGroup {
    fn from(one: Group) -> Self {
        Self { id: one.code, title: one.title, members: one.members.into_iter().map(GroupMember::from).collect() }
    }
}

/// En enhet. An organisational unit.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "V00E0580-3102", "title": "Gruppbostäder", "municipality": "0580"}))]
pub(crate) struct OrganisationalUnit {
    /// Kod; de tre första tecknen är enhetens slag. Its code; the first three characters are its kind.
    id: String,
    /// Namn. Its name.
    title: String,
    /// Kommunens kod. Its municipality's code.
    municipality: String,
}

impl From<Unit> for OrganisationalUnit {
    fn from(one: Unit) -> Self {
        Self { id: one.code, title: one.title, municipality: one.municipality }
    }
}

/// Ett värde. A value.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"gender": "T", "count": 1, "status": "", "value": 7.5, "isdeleted": false}))]
pub(crate) struct Value {
    /// T totalt, K kvinnor, M män. The sex.
    gender: String,
    /// Antal bakom medelvärdet: en grupps medlemmar, annars 1. How many are behind the mean: a group's members, else 1.
    count: i64,
    /// Tom, eller Missing. Empty, or Missing.
    status: String,
    /// Värdet. The value; null when it is missing or deleted.
    #[schema(required)]
    value: Option<ExactNumber>,
    /// Om det är borttaget. Whether it is deleted.
    isdeleted: bool,
}

fn values(values: Vec<PublishedValue>, count: i64) -> Vec<Value> {
    let value = |one: PublishedValue| Value {
        gender: one.sex,
        count,
        status: one.status,
        value: one.value.map(ExactNumber),
        isdeleted: one.is_deleted,
    };
    values.into_iter().map(value).collect()
}

/// Värden för ett nyckeltal, ett år och en kommun, region eller grupp. The values of a key figure, a year and an area or a group.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"values": [{"gender": "T", "count": 1, "status": "", "value": 7.5, "isdeleted": false}], "kpi": "U0580001",
    "period": 2017, "municipality": "0580"}))]
pub(crate) struct Data {
    /// Värden per kön. The values by sex, in no promised order.
    values: Vec<Value>,
    /// Nyckeltalet. The key figure.
    kpi: String,
    /// Året. The year.
    period: i16,
    /// Kommunen, regionen eller gruppen. The municipality, region or group.
    municipality: String,
}

impl From<ValueRow> for Data {
    fn from(row: ValueRow) -> Self {
        Self { values: values(row.values, row.count), kpi: row.key_figure, period: row.year, municipality: row.place }
    }
}

/// Värden för ett nyckeltal, ett år och en enhet. The values of a key figure, a year and an organisational unit.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"values": [{"gender": "T", "count": 1, "status": "", "value": 7.5, "isdeleted": false}], "kpi": "U0580001",
    "period": 2017, "ou": "V00E0580-3102"}))]
pub(crate) struct OuData {
    /// Värden per kön. The values by sex, in no promised order.
    values: Vec<Value>,
    /// Nyckeltalet. The key figure.
    kpi: String,
    /// Året. The year.
    period: i16,
    /// Enheten. The organisational unit.
    ou: String,
}

impl From<ValueRow> for OuData {
    fn from(row: ValueRow) -> Self {
        Self { values: values(row.values, row.count), kpi: row.key_figure, period: row.year, ou: row.place }
    }
}
