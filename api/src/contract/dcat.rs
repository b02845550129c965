//! The service as DCAT-AP-SE 3 describes a data service, in Turtle: what the national data portal harvests (DOK.02 of the REST profile).

use std::fmt::Write as _;

/// Who publishes, and where.
pub struct Publisher<'a> {
    /// The public address of the service, without a slash at its end.
    pub address: &'a str,
    /// The organisation that publishes: the municipality, or who runs the service for several.
    pub name: &'a str,
    /// Its address on the web: what identifies it in the portal.
    pub site: &'a str,
    /// Where questions go.
    pub email: &'a str,
}

/// One of the services, as a harvester is to know it.
struct Service {
    slug: &'static str,
    path: &'static str,
    title: [&'static str; 2],
    description: [&'static str; 2],
    access: &'static str,
    keywords: &'static str,
}

const SERVICES: [Service; 3] = [
    Service {
        slug: "utfall",
        path: "/utfall/v1",
        title: ["Utfall: nämndernas uppföljning", "Utfall: follow-up of committees"],
        description: [
            "Nämndernas planer, mål, nyckeltal, utfall, budget, prognoser, avvikelser och åtgärdsplaner, månad för månad, som de \
             var vid varje tidpunkt. Nycklar ges av kommunen.",
            "Plans, goals, indicators, outcomes, budgets, forecasts, deviations and action plans of municipal committees, month by \
             month, as they were at any moment. The municipality gives the keys.",
        ],
        access: "RESTRICTED",
        keywords: r#""nämnd"@sv, "budget"@sv, "utfall"@sv, "prognos"@sv, "nyckeltal"@sv, "ekonomistyrning"@sv"#,
    },
    Service {
        slug: "kolada-v3",
        path: "/kolada/v3",
        title: ["Öppna nyckeltal, som Koladas API v3", "Public indicators, as Kolada's API v3"],
        description: [
            "De nyckeltal som kommunen har märkt som öppna, i samma form som Koladas API version 3. Läses utan nyckel.",
            "The indicators that the municipality has marked public, in the form of Kolada's API version 3. Read without a key.",
        ],
        access: "PUBLIC",
        keywords: r#""nyckeltal"@sv, "Kolada"@sv, "jämförelser"@sv"#,
    },
    Service {
        slug: "kolada-v2",
        path: "/kolada/v2",
        title: ["Öppna nyckeltal, som Koladas API v2", "Public indicators, as Kolada's API v2"],
        description: [
            "De nyckeltal som kommunen har märkt som öppna, i samma form som Koladas API version 2. Läses utan nyckel.",
            "The indicators that the municipality has marked public, in the form of Kolada's API version 2. Read without a key.",
        ],
        access: "PUBLIC",
        keywords: r#""nyckeltal"@sv, "Kolada"@sv, "jämförelser"@sv"#,
    },
];

const PREFIXES: &str = "\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix access: <http://publications.europa.eu/resource/authority/access-right/> .
@prefix language: <http://publications.europa.eu/resource/authority/language/> .
@prefix theme: <http://publications.europa.eu/resource/authority/data-theme/> .
@prefix agent: <http://purl.org/adms/publishertype/> .
";

/// The catalogue of the service: its publisher, its contact, and each of its interfaces.
pub fn turtle(publisher: &Publisher) -> String {
    let Publisher { address, name, site, email } = publisher;
    let name = literal(name);
    let listed: Vec<String> = SERVICES.iter().map(|service| format!("<{address}/#{}>", service.slug)).collect();
    let mut text = format!(
        r#"{PREFIXES}
<{address}/#katalog> a dcat:Catalog ;
    dcterms:title "Utfall hos {name}"@sv, "Utfall at {name}"@en ;
    dcterms:description "Gränssnitten till nämndernas uppföljning."@sv, "The interfaces to the follow-up of committees."@en ;
    dcterms:publisher <{site}> ;
    dcterms:license <http://creativecommons.org/publicdomain/zero/1.0/> ;
    dcterms:language language:SWE ;
    dcat:service {} .

<{site}> a foaf:Agent ;
    foaf:name "{name}"@sv ;
    dcterms:type agent:LocalAuthority .

<{address}/#kontakt> a vcard:Organization ;
    vcard:fn "{name}" ;
    vcard:hasEmail <mailto:{email}> .
"#,
        listed.join(", ")
    );
    for service in &SERVICES {
        let Service { slug, path, title: [title, in_english], description, access, keywords } = service;
        let [description, described] = description;
        // Writing to a string does not fail.
        let _ = write!(
            text,
            r#"
<{address}/#{slug}> a dcat:DataService ;
    dcterms:title "{title}"@sv, "{in_english}"@en ;
    dcterms:description "{description}"@sv, "{described}"@en ;
    dcat:endpointURL <{address}{path}> ;
    dcat:endpointDescription <{address}{path}/openapi.json> ;
    foaf:page <{address}/docs> ;
    dcterms:publisher <{site}> ;
    dcat:contactPoint <{address}/#kontakt> ;
    dcterms:accessRights access:{access} ;
    dcat:theme theme:GOVE, theme:ECON ;
    dcat:keyword {keywords} .
"#
        );
    }
    text
}

/// A text between quotation marks.
fn literal(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', r#"\""#).replace(['\n', '\r'], " ")
}
