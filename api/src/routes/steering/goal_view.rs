//! Goals on the wire: the same form in and out, so that what is read can be put back as it is.

use crate::contract::words;
use crate::reply::Body as ReplyBody;
use crate::wire::decimal::ExactNumber;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::Links;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use utfall_domain::period::Month;
use utfall_domain::row_error::Fault;
use utfall_domain::steering::goal::{ActivityStep, Body, Goal, Group, Origin, StepState, TargetReference};
use utfall_domain::steering::placement::Placement;
use utfall_domain::steering::target::{Operator, Target, Years};
use utfall_domain::text::{Code, Key, checked_text};
use utoipa::ToSchema;

/// A text of some length.
pub(super) const LONG: usize = 20_000;
const TITLE: usize = 2000;

/// Ett organ: en nämnd, en grupp av nämnder och bolag, eller ett namn. A body: a committee, a group of committees and companies, or a
/// name. At least one of the three is given.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"name": "KS", "committee": null, "group": null}))]
pub(super) struct BodyView {
    /// Som det står skrivet. As written; the code of the committee or the name of the group when it is left out.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// Nämndens kod. The committee's code, when it is one of the municipality's.
    #[schema(max_length = 40)]
    committee: Option<String>,
    /// Gruppen: all-committees, all-companies eller all-committees-and-companies. The group.
    #[schema(extensions(("x-enum" = json!(words::GROUPS))))]
    group: Option<String>,
}

/// Ett målvärde. A target: when, how it is compared, the value, and the words as written.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"period": "2018", "operator": "at-most", "value": 7.3, "upper": null, "unit": "%", "text": "7,3 %",
    "indicator": null}))]
pub(super) struct TargetView {
    /// År eller år till och med år. A year, or years in a row.
    #[schema(pattern = "^[0-9]{4}(-[0-9]{4})?$", example = "2019-2021")]
    period: String,
    /// Operator: at-least, at-most, above, below, equal, between, increase, decrease, maintain, measure, follow eller baseline. How an
    /// outcome is compared; none when the document does not say, and then it is not guessed.
    #[schema(extensions(("x-enum" = json!(words::OPERATORS))))]
    operator: Option<String>,
    /// Värdet. The value.
    value: Option<ExactNumber>,
    /// Övre gräns för between. The upper end of between.
    upper: Option<ExactNumber>,
    /// Enhet. The unit, as written.
    #[schema(max_length = 100)]
    unit: Option<String>,
    /// Som det står skrivet. The words as written.
    #[schema(max_length = 2000)]
    text: Option<String>,
    /// Indikatorn som målvärdet gäller. The indicator that the target is for, one of the goal's.
    #[schema(max_length = 100)]
    indicator: Option<String>,
}

/// En hänvisning till ett annat måls målvärden. A reference to the targets of another goal; what refers is met only when all of them are.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"goal": "nm-hushall-forsorjningsstod", "period": null}))]
pub(super) struct TargetReferenceView {
    /// Målets kod. The goal's code.
    #[schema(min_length = 1, max_length = 100)]
    goal: String,
    /// Målvärdets period; alla när den saknas. The target's period; all of them when it is left out. It must be one that the goal has;
    /// how the goal itself came out is what counts.
    #[schema(pattern = "^[0-9]{4}(-[0-9]{4})?$", example = "2018")]
    period: Option<String>,
}

/// En aktivitet. An activity step.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "Tillsynsbesök av alkoholhandläggaren", "quantity": 24, "unit": "besök", "dueMonth": "2018-12",
    "followUpMonths": ["2018-06"], "state": "planned"}))]
pub(super) struct ActivityStepView {
    /// Vad som görs. What is done.
    #[schema(min_length = 1, max_length = 2000)]
    text: String,
    /// Antal. How many.
    quantity: Option<ExactNumber>,
    /// Av vad. Of what.
    #[schema(max_length = 100)]
    unit: Option<String>,
    /// Månaden då den ska vara klar. The month when it is due.
    #[schema(pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$", example = "2018-12")]
    due_month: Option<String>,
    /// Månader då den följs upp. Months when it is followed up.
    #[serde(default)]
    follow_up_months: Vec<String>,
    /// Läge: planned, ongoing, done eller dropped; planned om det saknas. The state; planned when it is left out.
    #[schema(extensions(("x-enum" = json!(words::STEP_STATES))))]
    state: Option<String>,
}

/// En placering: var målet står. A placement: where the goal stands.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"placement": "nm-stod", "parent": "kf-egen-forsorjning", "position": 1, "text": null}))]
pub(super) struct PlacementView {
    /// Placeringens nyckel, unik i kedjan; målets kod om den saknas. The placement's key, unlike any other in the chain; the goal's code
    /// when it is left out.
    #[schema(max_length = 100)]
    placement: Option<String>,
    /// Placeringen som den står under; ingen för en rot. The placement that it stands under; none for a root.
    #[schema(max_length = 100)]
    parent: Option<String>,
    /// Ordning under samma förälder, från 1; målens ordning i dokumentet om den saknas, så ange den för ett mål som står på flera
    /// ställen. Its order under the same parent, from 1; that of the goals in the document when it is left out, so say it for a goal
    /// that stands in several places.
    #[schema(minimum = 1, maximum = 1_000_000)]
    position: Option<i64>,
    /// Text för just denna plats. A text for this very place.
    #[schema(max_length = 20_000)]
    text: Option<String>,
}

/// Ett mål, åtagande eller uppdrag: en nod i målkedjan. A goal, commitment or assignment: a node of the chain. Its level says what it is.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"code": "nm-nytt", "steeringModel": "modell", "level": "namndmal", "title": "Stärkt samverkan", "text": null,
    "committee": "SN", "origin": "committee", "horizon": "2018", "responsibles": [{"name": "SN", "committee": "SN", "group": null}],
    "criterion": null, "condition": null, "waitingFor": null,
    "targets": [{"period": "2018", "operator": "at-least", "value": 5, "upper": null, "unit": "insatser", "text": "minst fem insatser",
                 "indicator": null}],
    "references": [], "indicators": ["samverkan"],
    "activitySteps": [{"text": "Samverka med medborgarkontor", "quantity": 3, "unit": "områden", "dueMonth": "2018-12",
                       "followUpMonths": ["2018-06"], "state": "planned"}],
    "placements": [{"placement": "nm-nytt", "parent": "kf-egen-forsorjning", "position": 9, "text": null}]}))]
pub(super) struct GoalView {
    /// Kod som i dokumentet. The code as in the document: P25. Needed in a chain; in a path it is the path's.
    #[schema(max_length = 100)]
    code: Option<String>,
    /// Styrmodellen. The steering model. Needed for one goal; in a chain it is the path's.
    #[schema(max_length = 40)]
    steering_model: Option<String>,
    /// Nivåns kod. The code of its level.
    #[schema(min_length = 1, max_length = 40)]
    level: String,
    /// Titel. The title.
    #[schema(min_length = 1, max_length = 2000)]
    title: String,
    /// Mer om målet. More on what it means.
    #[schema(max_length = 20_000)]
    text: Option<String>,
    /// Nämnden vars eget målet är; ingen för kommunens. The committee whose own it is; none for the municipality's.
    #[schema(max_length = 40)]
    committee: Option<String>,
    /// Ursprung: council, committee eller unknown; unknown om det saknas. Who set it; unknown when it is left out, and never guessed.
    #[schema(extensions(("x-enum" = json!(words::ORIGINS))))]
    origin: Option<String>,
    /// Åren som det gäller. The years that it is for.
    #[schema(pattern = "^[0-9]{4}(-[0-9]{4})?$", example = "2016-2019")]
    horizon: Option<String>,
    /// Ansvariga. Who answers for it.
    #[serde(default)]
    #[schema(max_items = 100)]
    responsibles: Vec<BodyView>,
    /// När det räknas som uppfyllt, i ord. When it counts as fulfilled, in words.
    #[schema(max_length = 20_000)]
    criterion: Option<String>,
    /// Villkor. What it depends on.
    #[schema(max_length = 2000)]
    condition: Option<String>,
    /// Vems initiativ det väntar på. Whose initiative it waits for.
    waiting_for: Option<BodyView>,
    /// Målvärden. The targets.
    #[serde(default)]
    #[schema(max_items = 200)]
    targets: Vec<TargetView>,
    /// Andra måls målvärden som alla ska nås. Targets of other goals, all of which are to be met.
    #[serde(default)]
    #[schema(max_items = 100)]
    references: Vec<TargetReferenceView>,
    /// Indikatorernas nycklar. The keys of its indicators.
    #[serde(default)]
    #[schema(max_items = 200)]
    indicators: Vec<String>,
    /// Aktiviteter. The activity steps.
    #[serde(default)]
    #[schema(max_items = 500)]
    activity_steps: Vec<ActivityStepView>,
    /// Placeringar: ett mål kan stå på flera ställen. Placements: one goal may stand in several places.
    #[serde(default)]
    #[schema(max_items = 100)]
    placements: Vec<PlacementView>,
    /// Länkar; läses inte. Links; not read.
    #[serde(rename = "_links", default, skip_serializing_if = "Option::is_none", deserialize_with = "unread")]
    #[schema(read_only, nullable = false)]
    links: Option<Links>,
}

impl ReplyBody for GoalView {}

/// What is answered may be sent back with its links, which are not read.
pub(in crate::routes) fn unread<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Links>, D::Error> {
    IgnoredAny::deserialize(deserializer)?;
    Ok(None)
}

fn placement_key(text: &str) -> Result<String, String> {
    match checked_text(text, 100) {
        Ok(text) if text.contains('\n') => Err("holds a line break".into()),
        Ok(text) => Ok(text.to_owned()),
        Err(why) => Err(why.to_string()),
    }
}

pub(super) fn month(text: &str) -> Result<Month, String> {
    match Month::parse(text) {
        Ok(month) if !month.is_closing() => Ok(month),
        _ => Err("is not a month such as 2018-08".into()),
    }
}

impl BodyView {
    fn read(&self, at: &str, fields: &mut Fields) -> Option<Body> {
        let committee = fields.optional(format!("{at}/committee"), self.committee.as_deref(), Code::parse);
        let group = self.group.as_deref();
        let group = group.and_then(|group| fields.word(format!("{at}/group"), group, Group::from_code, &Group::CODES));
        let name = fields.text(format!("{at}/name"), self.name.as_deref(), 200);
        let written = match (&committee, group) {
            _ if !name.is_empty() => name,
            (Some(code), _) => code.to_string(),
            (None, Some(group)) => group.code().to_owned(),
            (None, None) => {
                let reason = "is needed: a body is a name, a committee or a group";
                fields.fault(format!("{at}/name"), "", Fault::Missing, reason);
                return None;
            }
        };
        Some(Body { name: written, committee, group })
    }
}

impl From<Body> for BodyView {
    fn from(body: Body) -> Self {
        Self {
            name: Some(body.name),
            committee: body.committee.map(|code| code.to_string()),
            group: body.group.map(|group| group.code().to_owned()),
        }
    }
}

impl TargetView {
    fn read(&self, at: &str, fields: &mut Fields) -> Option<Target> {
        let period = fields.parsed(format!("{at}/period"), &self.period, Years::parse);
        let operator = self.operator.as_deref();
        let operator = operator
            .and_then(|word| fields.word(format!("{at}/operator"), word, Operator::from_code, &Operator::CODES));
        let unit = fields.text(format!("{at}/unit"), self.unit.as_deref(), 100);
        let text = fields.text(format!("{at}/text"), self.text.as_deref(), TITLE);
        let indicator = fields.optional(format!("{at}/indicator"), self.indicator.as_deref(), Key::parse);
        let (value, upper) = (self.value.map(|value| value.0), self.upper.map(|upper| upper.0));
        Some(Target { period: period?, operator, value, upper, unit, text, indicator })
    }
}

impl From<Target> for TargetView {
    fn from(target: Target) -> Self {
        Self {
            period: target.period.to_string(),
            operator: target.operator.map(|operator| operator.code().to_owned()),
            value: target.value.map(ExactNumber),
            upper: target.upper.map(ExactNumber),
            unit: shown(target.unit),
            text: shown(target.text),
            indicator: target.indicator.map(|key| key.to_string()),
        }
    }
}

impl ActivityStepView {
    fn read(&self, at: &str, fields: &mut Fields) -> Option<ActivityStep> {
        let text = fields.needed(format!("{at}/text"), &self.text, TITLE);
        let unit = fields.text(format!("{at}/unit"), self.unit.as_deref(), 100);
        let due = fields.optional(format!("{at}/dueMonth"), self.due_month.as_deref(), month);
        let state = self.state.as_deref().map_or(Some(StepState::Planned), |word| {
            fields.word(format!("{at}/state"), word, StepState::from_code, &StepState::CODES)
        });
        let follow_ups = self.follow_up_months.iter().enumerate();
        let follow_ups = follow_ups
            .filter_map(|(number, text)| fields.parsed(format!("{at}/followUpMonths/{number}"), text, month))
            .collect();
        let quantity = self.quantity.map(|quantity| quantity.0);
        Some(ActivityStep { text, quantity, unit, due, follow_ups, state: state? })
    }
}

impl From<ActivityStep> for ActivityStepView {
    fn from(step: ActivityStep) -> Self {
        Self {
            text: step.text,
            quantity: step.quantity.map(ExactNumber),
            unit: shown(step.unit),
            due_month: step.due.map(|month| month.to_string()),
            follow_up_months: step.follow_ups.iter().map(ToString::to_string).collect(),
            state: Some(step.state.code().into()),
        }
    }
}

impl PlacementView {
    fn read(&self, at: &str, default: &str, fields: &mut Fields) -> Option<Placement> {
        let given = self.placement.as_deref().filter(|key| !key.trim().is_empty());
        let placement = fields.parsed(format!("{at}/placement"), given.unwrap_or(default), placement_key);
        let parent = fields.optional(format!("{at}/parent"), self.parent.as_deref(), placement_key);
        let position = self.position.unwrap_or(0);
        if self.position.is_some_and(|position| !(1..=1_000_000).contains(&position)) {
            fields.fault(format!("{at}/position"), &position.to_string(), Fault::Bounds, "is not from 1 to 1,000,000");
        }
        let text = fields.text(format!("{at}/text"), self.text.as_deref(), LONG);
        Some(Placement { placement: placement?, parent, position, text })
    }
}

impl From<Placement> for PlacementView {
    fn from(place: Placement) -> Self {
        Self {
            placement: Some(place.placement),
            parent: place.parent,
            position: Some(place.position),
            text: shown(place.text),
        }
    }
}

impl GoalView {
    /// The goal that it says; `at` is where it stands, with a slash at its end where it is not empty. What the path says already
    /// may be left out, or said again.
    pub(super) fn read(&self, at: &str, code: Option<&Key>, model: Option<&Code>, fields: &mut Fields) -> Option<Goal> {
        let given = fields.optional(format!("{at}code"), self.code.as_deref(), Key::parse);
        let code = match (code, given) {
            (Some(path), Some(given)) if *path != given => {
                fields.fault(format!("{at}code"), given.as_str(), Fault::Conflict, "is not the code of the path");
                None
            }
            (Some(path), _) => Some(path.clone()),
            (None, None) if self.code.as_deref().unwrap_or_default().is_empty() => {
                fields.fault(format!("{at}code"), "", Fault::Missing, "is needed");
                None
            }
            (None, given) => given,
        };
        let given = fields.optional(format!("{at}steeringModel"), self.steering_model.as_deref(), Code::parse);
        let model = match (model, given) {
            (Some(path), Some(given)) if *path != given => {
                let reason = "is not the steering model of the path";
                fields.fault(format!("{at}steeringModel"), given.as_str(), Fault::Conflict, reason);
                None
            }
            (Some(path), _) => Some(path.clone()),
            (None, None) if self.steering_model.as_deref().unwrap_or_default().is_empty() => {
                fields.fault(format!("{at}steeringModel"), "", Fault::Missing, "is needed");
                None
            }
            (None, given) => given,
        };
        let level = fields.parsed(format!("{at}level"), &self.level, Code::parse);
        let title = fields.needed(format!("{at}title"), &self.title, TITLE);
        let text = fields.text(format!("{at}text"), self.text.as_deref(), LONG);
        let committee = fields.optional(format!("{at}committee"), self.committee.as_deref(), Code::parse);
        let origin = self.origin.as_deref().map_or(Some(Origin::Unknown), |word| {
            fields.word(format!("{at}origin"), word, Origin::from_code, &Origin::CODES)
        });
        let horizon = fields.optional(format!("{at}horizon"), self.horizon.as_deref(), Years::parse);
        let criterion = fields.text(format!("{at}criterion"), self.criterion.as_deref(), LONG);
        let condition = fields.text(format!("{at}condition"), self.condition.as_deref(), TITLE);
        let waiting_for = self.waiting_for.as_ref().and_then(|body| body.read(&format!("{at}waitingFor"), fields));
        for (name, count, most) in [
            ("responsibles", self.responsibles.len(), 100),
            ("targets", self.targets.len(), 200),
            ("references", self.references.len(), 100),
            ("indicators", self.indicators.len(), 200),
            ("activitySteps", self.activity_steps.len(), 500),
            ("placements", self.placements.len(), 100),
        ] {
            if count > most {
                fields.fault(format!("{at}{name}"), &count.to_string(), Fault::Bounds, format!("has more than {most}"));
            }
        }
        let list = |name: &str, number: usize| format!("{at}{name}/{number}");
        let responsibles = self.responsibles.iter().enumerate();
        let responsibles =
            responsibles.filter_map(|(number, body)| body.read(&list("responsibles", number), fields)).collect();
        let targets = self.targets.iter().enumerate();
        let targets = targets.filter_map(|(number, one)| one.read(&list("targets", number), fields)).collect();
        let refers_to = self.references.iter().enumerate().filter_map(|(number, one)| {
            let at = list("references", number);
            let goal = fields.parsed(format!("{at}/goal"), &one.goal, Key::parse);
            let period = fields.optional(format!("{at}/period"), one.period.as_deref(), Years::parse);
            Some(TargetReference { goal: goal?, period })
        });
        let refers_to = refers_to.collect();
        let indicators = self.indicators.iter().enumerate();
        let indicators =
            indicators.filter_map(|(number, key)| fields.parsed(list("indicators", number), key, Key::parse)).collect();
        let steps = self.activity_steps.iter().enumerate();
        let steps = steps.filter_map(|(number, one)| one.read(&list("activitySteps", number), fields)).collect();
        let own = code.as_ref().map(Key::to_string).unwrap_or_default();
        let placements = self.placements.iter().enumerate().filter_map(|(number, one)| {
            let default = if number == 0 { own.clone() } else { format!("{own}#{}", number + 1) };
            one.read(&list("placements", number), &default, fields)
        });
        let placements = placements.collect();
        Some(Goal {
            code: code?,
            model: model?,
            level: level?,
            title,
            text,
            committee,
            origin: origin?,
            horizon,
            responsibles,
            criterion,
            condition,
            waiting_for,
            targets,
            refers_to,
            indicators,
            steps,
            placements,
        })
    }

    /// As the columns of a table, in the order of its headers.
    pub(super) fn columns(&self) -> [String; 9] {
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        let names: Vec<String> = self.responsibles.iter().map(|body| said(&body.name)).collect();
        let places: Vec<String> = self.placements.iter().map(|place| said(&place.placement)).collect();
        [
            said(&self.code),
            said(&self.steering_model),
            self.level.clone(),
            self.title.clone(),
            said(&self.committee),
            said(&self.origin),
            said(&self.horizon),
            names.join(", "),
            places.join(" "),
        ]
    }

    /// The goal as it is answered.
    pub(super) fn new(goal: Goal, links: Option<Links>) -> Self {
        let reference = |one: TargetReference| TargetReferenceView {
            goal: one.goal.to_string(),
            period: one.period.map(|period| period.to_string()),
        };
        Self {
            code: Some(goal.code.to_string()),
            steering_model: Some(goal.model.to_string()),
            level: goal.level.to_string(),
            title: goal.title,
            text: shown(goal.text),
            committee: goal.committee.map(|code| code.to_string()),
            origin: Some(goal.origin.code().into()),
            horizon: goal.horizon.map(|years| years.to_string()),
            responsibles: goal.responsibles.into_iter().map(BodyView::from).collect(),
            criterion: shown(goal.criterion),
            condition: shown(goal.condition),
            waiting_for: goal.waiting_for.map(BodyView::from),
            targets: goal.targets.into_iter().map(TargetView::from).collect(),
            references: goal.refers_to.into_iter().map(reference).collect(),
            indicators: goal.indicators.iter().map(ToString::to_string).collect(),
            activity_steps: goal.steps.into_iter().map(ActivityStepView::from).collect(),
            placements: goal.placements.into_iter().map(PlacementView::from).collect(),
            links,
        }
    }
}
