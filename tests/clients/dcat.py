"""Reads a description of the service as a harvester does: it is RDF, and each resource has what DCAT-AP-SE 3 makes mandatory or recommends.

Says one line for each service: its address, its access right and where its contract is.
"""

import sys

from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Namespace

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
MANDATORY = {
    DCAT.Catalog: [DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.license, DCAT.service],
    DCAT.DataService: [
        DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.accessRights, DCAT.contactPoint, DCAT.endpointURL,
        DCAT.endpointDescription, DCAT.theme, DCAT.keyword,
    ],
    FOAF.Agent: [FOAF.name, DCTERMS.type],
    VCARD.Organization: [VCARD.fn, VCARD.hasEmail],
}

graph = Graph().parse(sys.argv[1], format="turtle")
for kind, properties in MANDATORY.items():
    resources = set(graph.subjects(RDF.type, kind))
    assert resources, f"there is no {kind}"
    for resource in resources:
        for wanted in properties:
            assert graph.value(resource, wanted, any=True), f"{resource} has no {wanted}"
typed = set(graph.subjects(RDF.type, None))
for leads in (DCTERMS.publisher, DCAT.contactPoint, DCAT.service):
    for resource in graph.objects(None, leads):
        assert resource in typed, f"{resource} is not described"
for name in sorted(graph.objects(None, FOAF.name)):
    print(name)
for service in sorted(graph.subjects(RDF.type, DCAT.DataService)):
    right = graph.value(service, DCTERMS.accessRights).rsplit("/", 1)[1]
    print(graph.value(service, DCAT.endpointURL), right, graph.value(service, DCAT.endpointDescription))
