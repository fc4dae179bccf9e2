package people

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// History lists what happened to a person, newest first. Others than she and the
// secretariat get the public part, and of it only what she still shows: when she hides
// affiliations or links, their earlier changes are hidden too. NotFound as in Get.
func (s *Service) History(ctx context.Context, a core.Actor, id core.ID, page core.Page) (Person, core.List[record.Event], error) {
	p, err := s.Get(ctx, a, id)
	if err != nil {
		return p, core.List[record.Event]{}, err
	}
	all := Can(a, "see_private", p)
	q := record.Query{Subjects: []core.ID{p.ID}, Internal: all, Page: page}
	if !all && !p.ShowAffiliations {
		q.Kinds = []string{"person.created", "person.changed", "person.published"}
	}
	list, err := s.rec.Events(ctx, q)
	if err != nil {
		return p, list, fmt.Errorf("history of a person: %w", err)
	}
	if !all && !p.ShowContact {
		for i := range list.Items {
			list.Items[i].Data = without(list.Items[i].Data, "person_links")
		}
	}
	return p, list, nil
}

// without takes one field out of the changes of an event.
func without(data json.RawMessage, field string) json.RawMessage {
	var d map[string]any
	if json.Unmarshal(data, &d) != nil {
		return data
	}
	changes, ok := d["changes"].(map[string]any)
	if !ok || changes[field] == nil {
		return data
	}
	delete(changes, field)
	b, err := json.Marshal(d)
	if err != nil {
		return json.RawMessage("{}")
	}
	return b
}

// OrganisationHistory lists what happened to an organisation.
func (s *Service) OrganisationHistory(ctx context.Context, a core.Actor, id core.ID, page core.Page) (core.List[record.Event], error) {
	return s.rec.Events(ctx, record.Query{
		Subjects: []core.ID{id}, Internal: CanOrganisation(a, "see_internal_history"), Page: page,
	})
}

// actors are the persons who did something, to be named in a history.
func actors(events []record.Event) []core.ID {
	var ids []core.ID
	for _, e := range events {
		if e.Person != "" && !slices.Contains(ids, e.Person) {
			ids = append(ids, e.Person)
		}
	}
	return ids
}
