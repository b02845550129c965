//! The forms of version 2: keys in alphabetical order, `next_page` and `previous_page` left out where there is none, truths as 0 and 1.

use super::pages::Paged;
use super::v3::GroupMember;
/// Its keys stand in the same order in both versions.
pub(crate) use super::v3::Municipality;
use crate::wire::decimal::ExactNumber;
use serde::Serialize;
use utfall_domain::kolada::area::Group;
use utfall_domain::kolada::key_figure::KeyFigure;
use utfall_persistence::kolada::entities::Unit;
use utfall_persistence::kolada::values::{PublishedValue, ValueRow};
use utoipa::ToSchema;

/// En sida. A page.
#[derive(Serialize)]
pub(super) struct Answer<T> {
    count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_page: Option<String>,
    values: Vec<T>,
}

impl<T> Answer<T> {
    pub(super) fn of<S>(paged: Paged<S>) -> Self
    where
        T: From<S>,
    {
        let Paged { items, next, previous } = paged;
        let values: Vec<T> = items.into_iter().map(T::from).collect();
        Self { count: values.len(), next_page: next, previous_page: previous, values }
    }
}

/// Ett nyckeltal. A key figure.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"auspices": "X", "description": "Antal invånare den 31/12.", "has_ou_data": false, "id": "N00945",
    "is_divided_by_gender": 1, "municipality_type": "A", "operating_area": "Befolkning", "ou_publication_date": null,
    "perspective": "Volymer", "prel_publication_date": null, "publ_period": "2025", "publication_date": "2026-02-20",
    "title": "Invånare totalt, antal"}))]
pub(crate) struct Kpi {
    /// Huvudman. Whose doing.
    #[schema(required)]
    auspices: Option<String>,
    /// Vad det betyder. What it means.
    description: String,
    /// Om enheter har värden. Whether organisational units have values.
    has_ou_data: bool,
    /// Kod. Its code.
    id: String,
    /// 1 om kvinnor och män visas för sig. 1 when women and men are shown apart, else 0.
    is_divided_by_gender: u8,
    /// K kommun, L region, A båda. Of whom.
    municipality_type: String,
    /// Verksamhetsområde. Its field.
    operating_area: String,
    /// Publiceringsdatum för enheter. When values of units are published.
    #[schema(required)]
    ou_publication_date: Option<String>,
    /// Perspektiv, ibland flera med komma. Its perspective, sometimes several parted by commas.
    #[schema(required)]
    perspective: Option<String>,
    /// Preliminärt publiceringsdatum. When it is published, while preliminary.
    #[schema(required)]
    prel_publication_date: Option<String>,
    /// Period som publiceras. The period that is published then.
    #[schema(required)]
    publ_period: Option<String>,
    /// Publiceringsdatum. When it is published.
    #[schema(required)]
    publication_date: Option<String>,
    /// Namn. Its name.
    title: String,
}

impl From<KeyFigure> for Kpi {
    fn from(one: KeyFigure) -> Self {
        Self {
            auspices: one.auspice,
            description: one.description,
            has_ou_data: one.has_ou_data,
            id: one.code,
            is_divided_by_gender: one.is_divided_by_gender.into(),
            municipality_type: one.municipality_type,
            operating_area: one.operating_area,
            ou_publication_date: one.ou_publication_date,
            perspective: one.perspective,
            prel_publication_date: one.prel_publication_date,
            publ_period: one.publ_period,
            publication_date: one.publication_date,
            title: one.title,
        }
    }
}

/// En grupp av kommuner eller nyckeltal. A group of municipalities or of key figures.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "G175807", "members": [{"member_id": "0580", "member_title": "Linköping"}], "title": "Större städer"}))]
pub(crate) struct MemberGroup {
    /// Kod. Its code.
    id: String,
    /// Medlemmar, minst en. Its members, at least one.
    members: Vec<GroupMember>,
    /// Namn. Its name.
    title: String,
}

impl From<Group> for MemberGroup {
    fn from(one: Group) -> Self {
        Self { id: one.code, members: one.members.into_iter().map(GroupMember::from).collect(), title: one.title }
    }
}

/// En enhet. An organisational unit.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"id": "V00E0580-3102", "municipality": "0580", "title": "Gruppbostäder"}))]
pub(crate) struct OrganisationalUnit {
    /// Kod; de tre första tecknen är enhetens slag. Its code; the first three characters are its kind.
    id: String,
    /// Kommunens kod. Its municipality's code.
    municipality: String,
    /// Namn. Its name.
    title: String,
}

impl From<Unit> for OrganisationalUnit {
    fn from(one: Unit) -> Self {
        Self { id: one.code, municipality: one.municipality, title: one.title }
    }
}

/// Ett värde. A value.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"count": 1, "gender": "T", "status": "", "value": 7.5}))]
pub(crate) struct Value {
    /// Antal bakom medelvärdet: en grupps medlemmar, annars 1. How many are behind the mean: a group's members, else 1.
    count: i64,
    /// T totalt, K kvinnor, M män. The sex.
    gender: String,
    /// 1 om det är borttaget, 0 om inte; bara när `from_date` är satt. 1 when it is deleted, 0 when not; only when `from_date` is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    is_deleted: Option<u8>,
    /// Tom, eller Missing. Empty, or Missing.
    status: String,
    /// Värdet. The value; null when it is missing or deleted.
    #[schema(required)]
    value: Option<ExactNumber>,
}

/// A row, and whether what has changed was asked for.
pub(super) struct Since(pub(super) ValueRow, pub(super) bool);

fn values(values: Vec<PublishedValue>, count: i64, since: bool) -> Vec<Value> {
    let value = |one: PublishedValue| Value {
        count,
        gender: one.sex,
        is_deleted: since.then(|| one.is_deleted.into()),
        status: one.status,
        value: one.value.map(ExactNumber),
    };
    values.into_iter().map(value).collect()
}

/// Värden för ett nyckeltal, ett år och en kommun, region eller grupp. The values of a key figure, a year and an area or a group.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"kpi": "U0580001", "municipality": "0580", "period": 2017,
    "values": [{"count": 1, "gender": "T", "status": "", "value": 7.5}]}))]
pub(crate) struct Data {
    /// Nyckeltalet. The key figure.
    kpi: String,
    /// Kommunen, regionen eller gruppen. The municipality, region or group.
    municipality: String,
    /// Året. The year.
    period: i16,
    /// Värden per kön. The values by sex, in no promised order.
    values: Vec<Value>,
}

impl From<Since> for Data {
    fn from(Since(row, since): Since) -> Self {
        let ValueRow { key_figure, place, year, count, values: list } = row;
        Self { kpi: key_figure, municipality: place, period: year, values: values(list, count, since) }
    }
}

/// Värden för ett nyckeltal, ett år och en enhet. The values of a key figure, a year and an organisational unit.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"kpi": "U0580001", "ou": "V00E0580-3102", "period": 2017,
    "values": [{"count": 1, "gender": "T", "status": "", "value": 7.5}]}))]
pub(crate) struct OuData {
    /// Nyckeltalet. The key figure.
    kpi: String,
    /// Enheten. The organisational unit.
    ou: String,
    /// Året. The year.
    period: i16,
    /// Värden per kön. The values by sex, in no promised order.
    values: Vec<Value>,
}

impl From<Since> for OuData {
    fn from(Since(row, since): Since) -> Self {
        let ValueRow { key_figure, place, year, count, values: list } = row;
        Self { kpi: key_figure, ou: place, period: year, values: values(list, count, since) }
    }
}
