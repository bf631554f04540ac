//! Statements and acts as FollowTheMoney entities.
//!
//! A statement whose speaker and hearer are entities is an `UnknownLink` from the one to
//! the other. Any other statement is a `Note` on its document and on the party that is
//! known. An act is an `Event`. All name their document as `proof`. Parties that are no
//! persons, organisations or places are in the text of the name.

use std::io::{self, Write};

use chancery_model::{
    Act, ActKind, ActStatus, Annotated, Certainty, CodePoints, Label, Party, Statement, TextSpan,
};
use serde_json::{Value, json};

use super::{FtmWriter, entity_schema, hashed_id, normalise_whitespace};
use crate::geojson::CoordinateLookup;
use crate::statement_record::AttributionWriter;

/// What the entities of one document share.
struct DocumentContext<'a, 'p> {
    annotated: &'a Annotated,
    parties: AttributionWriter<'a, 'p>,
    id: &'a str,
    date: Option<String>,
}

impl<W: Write, O: Write> FtmWriter<W, O> {
    /// Writes the statements and acts of a document, and the parties that were not
    /// written before.
    pub(super) fn write_attribution(
        &mut self,
        annotated: &Annotated,
        document_id: &str,
        coordinates: &CoordinateLookup<'_>,
    ) -> io::Result<()> {
        let attribution = &annotated.attribution;
        if attribution.statements.is_empty() && attribution.acts.is_empty() {
            return Ok(());
        }
        let spoken = attribution.statements.iter().flat_map(|one| [&one.speaker, &one.hearer]);
        let acting = attribution.acts.iter().flat_map(|act| act.who.iter().chain(&act.whom));
        for party in spoken.flatten().chain(acting) {
            if let Party::Entity(number) = party
                && let Some(entity) = annotated.entities.entities.get(*number as usize)
            {
                self.write_entity(entity, coordinates)?;
            }
        }
        let points = CodePoints::new(annotated.document.text.as_str());
        let context = DocumentContext {
            annotated,
            parties: AttributionWriter::new(annotated, &points),
            id: document_id,
            date: annotated.document.header.document_date().map(|day| day.to_string()),
        };
        for (number, one) in attribution.statements.iter().enumerate() {
            self.write_line(&context.statement(one, number))?;
        }
        for (number, act) in attribution.acts.iter().enumerate() {
            self.write_line(&context.act(act, number))?;
        }
        Ok(())
    }
}

impl<'a> DocumentContext<'a, '_> {
    fn statement(&self, one: &'a Statement, number: usize) -> Value {
        let id = format!("{}.s{}", self.id, number + 1);
        let speaker = one.speaker.as_ref().and_then(|party| self.entity(party));
        let hearer = one.hearer.as_ref().and_then(|party| self.entity(party));
        let content = self.words(one.content);
        let certainty = Certainty::from_score(one.score).as_str();
        if let (Some((speaker, _)), Some((hearer, _))) = (&speaker, &hearer) {
            let mut properties = json!({
                "subject": [speaker], "object": [hearer], "role": [one.kind.as_str()],
                "summary": [self.words(one.cue)], "description": [content],
                "status": [certainty], "proof": [self.id],
            });
            if let Some(date) = &self.date {
                properties["date"] = json!([date]);
            }
            return json!({ "id": id, "schema": "UnknownLink", "properties": properties });
        }
        let name = |party: &'a Option<Party>, words| self.names(party.as_slice(), words);
        let (says, hears) = (name(&one.speaker, one.source), name(&one.hearer, one.addressee));
        let cue = self.words(one.cue);
        let mut title = format!("{says} {cue}").trim_start().to_owned();
        if !hears.is_empty() {
            title = format!("{title} (to {hears})");
        }
        let entities: Vec<String> = speaker.into_iter().chain(hearer).map(|(id, _)| id).collect();
        let mut properties = json!({
            "name": [title], "summary": [one.kind.as_str()], "description": [content],
            "notes": [certainty], "proof": [self.id],
        });
        if !entities.is_empty() {
            properties["entity"] = json!(entities);
        }
        json!({ "id": id, "schema": "Note", "properties": properties })
    }

    fn act(&self, act: &'a Act, number: usize) -> Value {
        let (who, whom) = (self.names(&act.who, None), self.names(&act.whom, None));
        let what = act.what.map(|span| self.words(span)).unwrap_or_default();
        let cue = self.words(act.cue);
        // "Ama Osei: chairman", "Ama Osei met Karim Benhaddou".
        let verb = match act.kind {
            ActKind::Member => ":".to_owned(),
            kind => format!(" {}", kind.as_str()),
        };
        let objects = [whom.as_str(), what.as_str()];
        let objects = objects.into_iter().filter(|part| !part.is_empty());
        let mut title = format!("{who}{verb} {}", objects.collect::<Vec<_>>().join(" "));
        title.truncate(title.trim_end().len());
        if act.status != ActStatus::Did {
            title = format!("{title} ({})", act.status.as_str());
        }
        let mut involved: Vec<String> = (act.who.iter().chain(&act.whom))
            .filter_map(|party| self.entity(party))
            .filter(|(_, label)| matches!(label, Label::Per | Label::Org))
            .map(|(id, _)| id)
            .collect();
        involved.sort_unstable();
        involved.dedup();
        let mut properties = json!({
            "name": [title], "summary": [cue], "description": [act.kind.as_str()],
            "notes": [Certainty::from_score(act.score).as_str()], "proof": [self.id],
        });
        if !involved.is_empty() {
            properties["involved"] = json!(involved);
        }
        if let Some(date) = act.date {
            properties["date"] = json!([date.to_string()]);
        }
        let place = act.place.and_then(|at| self.annotated.mentions.get(at as usize));
        if let Some(place) = place {
            properties["location"] = json!([self.words(place.span)]);
        }
        json!({ "id": format!("{}.a{}", self.id, number + 1), "schema": "Event",
            "properties": properties })
    }

    /// The id of a party that was written as an entity, and its label.
    fn entity(&self, party: &Party) -> Option<(String, Label)> {
        let Party::Entity(number) = party else { return None };
        let entity = self.annotated.entities.entities.get(*number as usize)?;
        entity_schema(entity.label, &entity.name)?;
        Some((hashed_id(&entity.id), entity.label))
    }

    /// The names of parties, as the text has them.
    fn names(&self, parties: &'a [Party], words: Option<TextSpan>) -> String {
        let name = |party| {
            let (id, name) = self.parties.id_and_name(party, words);
            normalise_whitespace(&name.or(id).unwrap_or_default())
        };
        parties.iter().map(name).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ")
    }

    fn words(&self, span: TextSpan) -> String {
        normalise_whitespace(&self.annotated.document.text[span])
    }
}
