package papers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// Place is where a paper is added.
type Place struct{ Edition, Body, Session core.ID }

// scope of the papers of a place: the edition, else the forum.
func (at Place) scope() string { return cmp.Or(string(at.Edition), core.ScopeForum) }

// CanAdd tells whether the actor may add a paper at a place.
func (s *Service) CanAdd(ctx context.Context, a core.Actor, at Place) (bool, error) {
	roles, err := s.rolesAt(ctx, a, at.scope(), at.Session, at.Body)
	return err == nil && placePolicy.Can("add", placeOf(at.Session, at.Body), roles...), err
}

// KindsFor are the kinds of papers that are added at a place.
func KindsFor(at Place) []string {
	switch placeOf(at.Session, at.Body) {
	case placeSession:
		return []string{Statement}
	case placeBody:
		return slices.DeleteFunc(slices.Clone(Kinds), func(k string) bool { return k == Statement || k == Daily })
	}
	return slices.DeleteFunc(slices.Clone(Kinds), func(k string) bool { return k == Statement })
}

// Add begins a paper as a draft. The crew of a session may at the session (a speaker for
// herself), coordinators at their body, the staff everywhere. Event: paper.begun, which is
// internal. Errors: NotFound for a place that there is not, Invalid.
func (s *Service) Add(ctx context.Context, a core.Actor, at Place, in Input) (Paper, error) {
	if err := s.checkPlace(ctx, a, &at); err != nil {
		return Paper{}, err
	}
	roles, err := s.rolesAt(ctx, a, at.scope(), at.Session, at.Body)
	if err != nil {
		return Paper{}, err
	}
	if err := placePolicy.Check("add", placeOf(at.Session, at.Body), roles...); err != nil {
		return Paper{}, err
	}
	if at.Session != "" && !policy.Can("edit", StatePublished, roles...) {
		in.Person = a.Person // a speaker speaks for herself
	}
	if !slices.Contains(KindsFor(at), in.Kind) {
		var p core.Problems
		p.Add("kind", "papers.error.kind")
		return Paper{}, p.Err()
	}
	if err := s.checkAuthor(ctx, a, at.Session, "", in.Person); err != nil {
		return Paper{}, err
	}
	org, err := s.organisation(ctx, in.Organisation)
	if err != nil {
		return Paper{}, err
	}
	var out Paper
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		out, err = s.AddTx(ctx, tx, at, org, in)
		return err
	})
	return out, err
}

// checkPlace sees that the actor may know of the place, and fills its edition.
func (s *Service) checkPlace(ctx context.Context, a core.Actor, at *Place) error {
	if at.Session != "" {
		found, err := s.programme.SessionsByID(ctx, a, []core.ID{at.Session})
		if err != nil {
			return err
		}
		ses := found[at.Session]
		if ses == nil {
			return core.NotFound()
		}
		at.Edition = ses.Edition
	}
	if at.Body != "" {
		if _, err := s.bodies.Body(ctx, at.Body); err != nil {
			return err
		}
	}
	if at.Edition != "" {
		if _, err := s.editions.SettingByID(ctx, a, at.Edition); err != nil {
			return err
		}
	}
	return nil
}

// organisation finds the one in the directory that is called so; none for an empty name.
func (s *Service) organisation(ctx context.Context, name string) (core.ID, error) {
	if strings.TrimSpace(name) == "" {
		return "", nil
	}
	found, err := s.people.FindOrganisations(ctx, name)
	if err != nil {
		return "", fmt.Errorf("find organisation: %w", err)
	}
	for _, reason := range []people.Reason{people.SameName, people.SameAcronym} {
		same := slices.DeleteFunc(slices.Clone(found), func(m people.OrganisationMatch) bool { return m.Reason != reason })
		if len(same) == 1 {
			return same[0].Organisation.ID, nil
		}
	}
	var p core.Problems
	p.Add("organisation", "papers.error.organisation", "Name", strings.TrimSpace(name))
	return "", p.Err()
}

// AddTx is Add inside a write; the caller has asked for permission and knows the
// organisation.
func (s *Service) AddTx(ctx context.Context, tx *record.Tx, at Place, org core.ID, in Input) (Paper, error) {
	if err := in.Validate(); err != nil {
		return Paper{}, err
	}
	p := Paper{
		ID: tx.NewID(), Scope: at.scope(), Kind: in.Kind, Edition: at.Edition, Body: at.Body, Session: at.Session,
		State: StateDraft, Created: tx.Now, Version: 1,
	}
	in.apply(&p, org)
	if p.Day == "" {
		p.Day = tx.Now.In("UTC").Format(time.DateOnly)
	}
	if len(in.Paragraphs) > 0 {
		if err := s.begin(ctx, tx, &p, in); err != nil {
			return Paper{}, err
		}
	}
	if err := s.keep(ctx, tx, in); err != nil {
		return Paper{}, err
	}
	if _, err := tx.NewInsert().Model(&p).Exec(ctx); err != nil {
		return Paper{}, fmt.Errorf("begin paper: %w", err)
	}
	tx.Append("paper.begun", p.ID, p.Scope, record.Internal, record.Data{"label": p.Title, "kind": p.Kind})
	return p, nil
}

// begin opens the document of a paper.
func (s *Service) begin(ctx context.Context, tx *record.Tx, p *Paper, in Input) error {
	doc, err := s.docs.CreateTx(ctx, tx, documents.Create{
		Scope: p.Scope, Kind: DocumentKind, Subject: p.ID, Title: p.Title, OrigLang: in.Paragraphs[0].Text.Orig,
		Licence: p.Licence, Stage: stageOf(*p, StateDraft), Paragraphs: in.Paragraphs,
	})
	p.Document = doc.ID
	return err
}

// apply puts what was typed into a paper. Its words go into the document.
func (in Input) apply(p *Paper, org core.ID) {
	p.Title, p.URL, p.By, p.Day, p.Person, p.Organisation = in.Title, in.URL, in.By, in.Day, in.Person, org
	p.Unofficial, p.Licence, p.OpenDraft = in.Unofficial || p.Kind == Daily, in.licence(), in.OpenDraft
	if in.File != nil {
		p.File = core.ID(in.File.ID)
	}
}

// keep registers the file that came with a paper.
func (s *Service) keep(ctx context.Context, tx *record.Tx, in Input) error {
	if in.File == nil || s.blobs == nil {
		return nil
	}
	return s.blobs.RegisterTx(ctx, tx, *in.File)
}

// Get gives a paper and what the actor is towards it. What she may not see is NotFound.
func (s *Service) Get(ctx context.Context, a core.Actor, id core.ID) (Paper, []core.Role, error) {
	if !id.Valid() {
		return Paper{}, nil, core.NotFound()
	}
	list, err := s.Papers(ctx, a, Filter{IDs: []core.ID{id}})
	if err != nil {
		return Paper{}, nil, err
	}
	if len(list) == 0 {
		return Paper{}, nil, core.NotFound()
	}
	roles, err := s.roles(ctx, a, list[0])
	return list[0], roles, err
}

// change loads a paper for an action in its state, lets fn change it and writes it. The
// version, where it is not zero, must be the paper's; else the error is Stale with the
// Input as it now stands.
func (s *Service) change(ctx context.Context, a core.Actor, id core.ID, version int64, action string, fn func(ctx context.Context, tx *record.Tx, p *Paper) error) (Paper, error) {
	known, roles, err := s.Get(ctx, a, id)
	if err != nil {
		return Paper{}, err
	}
	if err := policy.Check(action, known.policyState(), roles...); err != nil {
		return Paper{}, err
	}
	var out Paper
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		p, err := load(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := policy.Check(action, p.policyState(), roles...); err != nil { // it may have moved on
			return err
		}
		if version != 0 && version != p.Version {
			return s.stale(ctx, tx, p)
		}
		if err := fn(ctx, tx, &p); err != nil {
			return err
		}
		stale, err := save(ctx, tx, &p)
		if err == nil && stale {
			err = s.stale(ctx, tx, p)
		}
		out = p
		return err
	})
	return out, err
}

// stale is the error that says how a paper stands now.
func (s *Service) stale(ctx context.Context, tx *record.Tx, p Paper) error {
	rev, err := s.head(ctx, tx, p)
	if err != nil {
		return err
	}
	orgs, err := s.people.OrganisationsTx(ctx, tx, []core.ID{p.Organisation})
	if err != nil {
		return err
	}
	return core.Stale(InputOf(p, rev, orgs[p.Organisation].Name.String()))
}

// head is the newest revision of a paper's document; the zero Revision where it is a link.
func (s *Service) head(ctx context.Context, tx *record.Tx, p Paper) (documents.Revision, error) {
	if p.Document == "" {
		return documents.Revision{}, nil
	}
	heads, err := s.docs.HeadTx(ctx, tx, p.Document)
	return heads[p.Document], err
}

// Edit changes a paper: on a published one it opens a draft of the next version, on a
// final one that of a correction; words and title wait there until they are published,
// while day, licence, address and who wrote it change at once. Those who write may. auto
// says that the program saved, not a person: then only the words are kept, and no event
// is appended. Event: paper.edited, public where what everybody sees changed. Errors:
// Invalid, Stale with an Input.
func (s *Service) Edit(ctx context.Context, a core.Actor, id core.ID, in Input, auto bool) (Paper, error) {
	p, roles, err := s.Get(ctx, a, id)
	if err != nil {
		return Paper{}, err
	}
	action := "edit"
	if p.State == StateFinal {
		action = "correct"
	}
	if err := policy.Check(action, p.policyState(), roles...); err != nil {
		return Paper{}, err
	}
	if !policy.Can("edit", StatePublished, roles...) {
		in.Person, in.OpenDraft = p.Person, p.OpenDraft // her own statement stays hers
	}
	if err := s.checkAuthor(ctx, a, p.Session, p.Person, in.Person); err != nil {
		return Paper{}, err
	}
	org, err := s.organisation(ctx, in.Organisation)
	if err != nil {
		return Paper{}, err
	}
	in.Kind = p.Kind
	in.filed = p.File != ""
	return s.change(ctx, a, id, in.Version, action, func(ctx context.Context, tx *record.Tx, p *Paper) error {
		return s.editTx(ctx, tx, p, org, in, auto)
	})
}

func (s *Service) editTx(ctx context.Context, tx *record.Tx, p *Paper, org core.ID, in Input, auto bool) error {
	if err := in.Validate(); err != nil {
		return err
	}
	before := *p
	waits := p.Public() && p.Document != "" // words and title change when they are published
	if !waits || !auto {
		in.apply(p, org)
	}
	if waits {
		p.Title = before.Title
	}
	if err := s.keep(ctx, tx, in); err != nil {
		return err
	}
	if p.Day == "" {
		p.Day = before.Day
	}
	switch {
	case len(in.Paragraphs) == 0 && p.Document != "":
		var probs core.Problems
		probs.Add("text", "papers.error.text_gone")
		return probs.Err()
	case len(in.Paragraphs) > 0 && p.Document == "":
		if err := s.begin(ctx, tx, p, in); err != nil {
			return err
		}
	case len(in.Paragraphs) > 0:
		rev, err := s.head(ctx, tx, *p)
		if err != nil {
			return err
		}
		if _, err := s.docs.ReviseTx(ctx, tx, p.Document, documents.Revise{
			BasedOn: rev.Version, Paragraphs: in.Paragraphs, Title: in.Title, Note: in.Note, Autosave: auto,
		}); err != nil {
			return textPath(err)
		}
	}
	changes := record.Changes(before.facts(), p.facts())
	vis := record.Internal
	if p.Public() && len(changes) > 0 {
		vis = record.Public // everybody sees them at once
	}
	if !auto || vis == record.Public {
		tx.Append("paper.edited", p.ID, p.Scope, vis, record.Data{"label": p.Title, "changes": changes})
	}
	return nil
}

// textPath leads problems of paragraphs to the field in which all of them are typed.
func textPath(err error) error {
	e, ok := errors.AsType[*core.Error](err)
	if !ok || e.Kind != core.KindInvalid {
		return err
	}
	var p core.Problems
	for _, f := range e.Fields {
		path := f.Path
		if strings.HasPrefix(path, "paragraphs") {
			path = "text"
		}
		p.Add(path, f.Key, f.Args...)
	}
	return p.Err()
}

// mayPublish refuses what would be public while its session or edition is not.
func (s *Service) mayPublish(ctx context.Context, p Paper) error {
	if p.Edition != "" {
		set, err := s.editions.SettingByID(ctx, core.Operator, p.Edition)
		if err != nil {
			return err
		}
		if set.State == editions.StateDraft {
			return core.Conflict("papers.error.edition_draft")
		}
	}
	if p.Session == "" {
		return nil
	}
	found, err := s.programme.SessionsByID(ctx, core.Operator, []core.ID{p.Session})
	if err != nil {
		return err
	}
	if ses := found[p.Session]; ses == nil || ses.State == programme.StateDraft {
		return core.Conflict("papers.error.session_draft")
	}
	return nil
}
