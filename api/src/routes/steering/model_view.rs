//! Steering models on the wire.

use crate::contract::words;
use crate::reply::Body;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::Links;
use serde::{Deserialize, Serialize};
use utfall_domain::period::Year;
use utfall_domain::steering::model::{Carried, Chapter, Level, LevelKind, SteeringModel};
use utfall_domain::steering::scale::{Label, Scale, Status};
use utfall_domain::text::{Code, Name};
use utoipa::ToSchema;

/// En nivå i målkedjan. A level of the goal chain; the order of the list is that of the chain, from the top.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"code": "namndmal", "name": "Nämndmål", "kind": "goal", "beside": false, "mayBeSkipped": false,
    "carries": ["targets", "indicators", "assessment", "responsibles", "activity-steps"], "scale": "uppfyllelse"}))]
pub(super) struct LevelView {
    /// Kod. The code.
    #[schema(min_length = 1, max_length = 40)]
    code: String,
    /// Namn. The name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Slag: heading, goal, commitment, assignment eller governing-document. What the nodes of the level are.
    #[schema(extensions(("x-enum" = json!(words::LEVEL_KINDS))))]
    kind: String,
    /// Löper vid sidan av kedjan. Whether it runs beside the chain.
    #[serde(default)]
    beside: bool,
    /// Får hoppas över: det som står under den kan stå direkt under nivån ovanför. Whether it may be skipped: what is below it may stand
    /// directly under the level above.
    #[serde(default)]
    may_be_skipped: bool,
    /// Vad nivån får bära: targets, indicators, assessment, responsibles, activity-steps, criterion. What the level may carry.
    #[serde(default)]
    #[schema(inline, value_type = Vec<words::Carries>)]
    carries: Vec<String>,
    /// Bedömningsskala; krävs när nivån bär assessment. The assessment scale; needed when the level carries assessment.
    #[schema(max_length = 40)]
    scale: Option<String>,
}

/// En etikett i en bedömningsskala. A label of an assessment scale.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"code": "gron", "name": "Målet förväntas uppnås", "meaning": "Målet bedöms nås vid årets slut", "mark": "●",
    "status": "met"}))]
pub(super) struct AssessmentLabelView {
    /// Kod. The code.
    #[schema(min_length = 1, max_length = 40)]
    code: String,
    /// Etiketten som den sägs. The label as it is said.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Vad den betyder. What it means.
    #[schema(max_length = 1000)]
    meaning: Option<String>,
    /// Tecken eller färg i dokumentet. The mark or colour in the document.
    #[schema(max_length = 40)]
    mark: Option<String>,
    /// Vad den jämförs som: met, partly, not-met eller not-assessed. What it is compared as.
    #[schema(extensions(("x-enum" = json!(words::STATUSES))))]
    status: String,
}

/// En bedömningsskala. An assessment scale; the labels are in the order that they are shown.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"code": "uppfyllelse", "name": "Måluppfyllelse", "labels": [{"code": "gron", "name": "Målet förväntas uppnås",
    "meaning": null, "mark": "●", "status": "met"}]}))]
pub(super) struct AssessmentScaleView {
    /// Kod. The code.
    #[schema(min_length = 1, max_length = 40)]
    code: String,
    /// Namn. The name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Etiketterna. The labels.
    labels: Vec<AssessmentLabelView>,
}

/// Ett kapitel i uppföljningen. A chapter of a follow-up.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"code": "sammanfattning", "title": "Förvaltningschefens analys", "required": true}))]
pub(super) struct ChapterView {
    /// Kod. The code.
    #[schema(min_length = 1, max_length = 40)]
    code: String,
    /// Rubrik. The heading.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Om uppföljningen är ofullständig utan det. Whether a follow-up is incomplete without it.
    #[serde(default)]
    required: bool,
}

/// En styrmodell att sätta. A steering model to set.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"name": "Linköpings styrmodell", "firstYear": 2015, "lastYear": 2022,
    "levels": [{"code": "kf-mal", "name": "Fullmäktiges övergripande mål", "kind": "goal"},
               {"code": "namndmal", "name": "Nämndmål", "kind": "goal",
                "carries": ["targets", "indicators", "assessment", "responsibles", "activity-steps"], "scale": "uppfyllelse"},
               {"code": "uppdrag", "name": "Strategiskt utvecklingsuppdrag", "kind": "assignment", "beside": true,
                "carries": ["assessment", "responsibles"], "scale": "uppfyllelse"}],
    "scales": [{"code": "uppfyllelse", "name": "Måluppfyllelse", "labels": [
        {"code": "gron", "name": "Målet förväntas uppnås", "mark": "●", "status": "met"},
        {"code": "gul", "name": "Målet förväntas delvis uppnås", "mark": "◐", "status": "partly"},
        {"code": "rod", "name": "Målet förväntas inte uppnås", "mark": "○", "status": "not-met"},
        {"code": "gra", "name": "Prognos kan inte lämnas", "mark": "–", "status": "not-assessed"}]}],
    "chapters": [{"code": "sammanfattning", "title": "Förvaltningschefens analys", "required": true}]}))]
pub(super) struct SteeringModelInput {
    /// Namn. The name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Första år. The first year that it steers.
    #[schema(minimum = 1990, maximum = 2100)]
    first_year: Option<i32>,
    /// Sista år. The last year that it steers.
    #[schema(minimum = 1990, maximum = 2100)]
    last_year: Option<i32>,
    /// Nivåerna, uppifrån. The levels, from the top.
    levels: Vec<LevelView>,
    /// Bedömningsskalorna. The assessment scales.
    #[serde(default)]
    scales: Vec<AssessmentScaleView>,
    /// Uppföljningens kapitel, i ordning. The chapters of a follow-up, in order.
    #[serde(default)]
    chapters: Vec<ChapterView>,
}

/// En styrmodell. A steering model: the levels of a municipality's goal chain.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"code": "modell", "name": "Linköpings styrmodell", "firstYear": 2015, "lastYear": 2022,
    "levels": [{"code": "kf-mal", "name": "Fullmäktiges övergripande mål", "kind": "goal", "beside": false, "mayBeSkipped": false,
                "carries": [], "scale": null}],
    "scales": [], "chapters": [], "_links": {}}))]
pub(super) struct SteeringModelView {
    /// Kod. The code.
    code: String,
    /// Namn. The name.
    name: String,
    /// Första år. The first year that it steers.
    first_year: Option<i16>,
    /// Sista år. The last year that it steers.
    last_year: Option<i16>,
    /// Nivåerna, uppifrån. The levels, from the top.
    levels: Vec<LevelView>,
    /// Bedömningsskalorna. The assessment scales.
    scales: Vec<AssessmentScaleView>,
    /// Uppföljningens kapitel, i ordning. The chapters of a follow-up, in order.
    chapters: Vec<ChapterView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for SteeringModelView {}

impl SteeringModelInput {
    /// The model that it says, under a code.
    pub(super) fn read(&self, code: Code, fields: &mut Fields) -> Option<SteeringModel> {
        let year = |fields: &mut Fields, at: &str, year: Option<i32>| {
            year.and_then(|year| fields.parsed(at, &year.to_string(), |_| Year::new(year)))
        };
        let name = fields.parsed("name", &self.name, Name::parse);
        let first_year = year(fields, "firstYear", self.first_year);
        let last_year = year(fields, "lastYear", self.last_year);
        let levels = (0..).zip(&self.levels).filter_map(|(at, level)| level.read(at, fields)).collect();
        let scales = (0..).zip(&self.scales).filter_map(|(at, scale)| scale.read(at, fields)).collect();
        let chapters = (0..).zip(&self.chapters).filter_map(|(at, chapter)| chapter.read(at, fields)).collect();
        Some(SteeringModel { code, name: name?, first_year, last_year, levels, scales, chapters })
    }
}

impl LevelView {
    fn read(&self, at: usize, fields: &mut Fields) -> Option<Level> {
        let at = format!("levels/{at}");
        let code = fields.parsed(format!("{at}/code"), &self.code, Code::parse);
        let name = fields.parsed(format!("{at}/name"), &self.name, Name::parse);
        let kind = fields.word(format!("{at}/kind"), &self.kind, LevelKind::from_code, &LevelKind::CODES);
        let scale = fields.optional(format!("{at}/scale"), self.scale.as_deref(), Code::parse);
        let carries = self.carries.iter().enumerate().filter_map(|(number, word)| {
            fields.word(format!("{at}/carries/{number}"), word, Carried::from_code, &Carried::CODES)
        });
        let carries = carries.collect();
        let (is_beside, may_be_skipped) = (self.beside, self.may_be_skipped);
        Some(Level { code: code?, name: name?, kind: kind?, is_beside, may_be_skipped, carries, scale })
    }
}

impl AssessmentScaleView {
    fn read(&self, at: usize, fields: &mut Fields) -> Option<Scale> {
        let at = format!("scales/{at}");
        let code = fields.parsed(format!("{at}/code"), &self.code, Code::parse);
        let name = fields.parsed(format!("{at}/name"), &self.name, Name::parse);
        let labels = (0..).zip(&self.labels).filter_map(|(number, label)| {
            let number: usize = number;
            label.read(&format!("{at}/labels/{number}"), fields)
        });
        let labels = labels.collect();
        Some(Scale { code: code?, name: name?, labels })
    }
}

impl AssessmentLabelView {
    fn read(&self, at: &str, fields: &mut Fields) -> Option<Label> {
        let code = fields.parsed(format!("{at}/code"), &self.code, Code::parse);
        let name = fields.parsed(format!("{at}/name"), &self.name, Name::parse);
        let meaning = fields.text(format!("{at}/meaning"), self.meaning.as_deref(), 1000);
        let mark = fields.text(format!("{at}/mark"), self.mark.as_deref(), 40);
        let status = fields.word(format!("{at}/status"), &self.status, Status::from_code, &Status::CODES);
        Some(Label { code: code?, name: name?, meaning, mark, status: status? })
    }
}

impl ChapterView {
    fn read(&self, at: usize, fields: &mut Fields) -> Option<Chapter> {
        let code = fields.parsed(format!("chapters/{at}/code"), &self.code, Code::parse);
        let title = fields.parsed(format!("chapters/{at}/title"), &self.title, Name::parse);
        Some(Chapter { code: code?, title: title?, is_required: self.required })
    }
}

impl From<Level> for LevelView {
    fn from(level: Level) -> Self {
        Self {
            code: level.code.to_string(),
            name: level.name.to_string(),
            kind: level.kind.code().into(),
            beside: level.is_beside,
            may_be_skipped: level.may_be_skipped,
            carries: level.carries.iter().map(|what| what.code().to_owned()).collect(),
            scale: level.scale.map(|scale| scale.to_string()),
        }
    }
}

impl From<Scale> for AssessmentScaleView {
    fn from(scale: Scale) -> Self {
        let label = |label: Label| AssessmentLabelView {
            code: label.code.to_string(),
            name: label.name.to_string(),
            meaning: shown(label.meaning),
            mark: shown(label.mark),
            status: label.status.code().into(),
        };
        Self {
            code: scale.code.to_string(),
            name: scale.name.to_string(),
            labels: scale.labels.into_iter().map(label).collect(),
        }
    }
}

impl SteeringModelView {
    /// The model as it is answered.
    pub(super) fn new(model: SteeringModel, links: Links) -> Self {
        let chapter = |chapter: Chapter| ChapterView {
            code: chapter.code.to_string(),
            title: chapter.title.to_string(),
            required: chapter.is_required,
        };
        Self {
            code: model.code.to_string(),
            name: model.name.to_string(),
            first_year: model.first_year.map(Year::number),
            last_year: model.last_year.map(Year::number),
            levels: model.levels.into_iter().map(LevelView::from).collect(),
            scales: model.scales.into_iter().map(AssessmentScaleView::from).collect(),
            chapters: model.chapters.into_iter().map(chapter).collect(),
            links,
        }
    }
}
