package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/record"
)

// MarkInput marks a paragraph of Messages or of a paper as a call to action.
type MarkInput struct {
	Where string   `form:"where" ui:"text" max:"500" required:"1" json:"where"` // its address, or its permanent name
	To    []string `form:"to" ui:"checks" json:"to"`
	ToAs  string   `form:"to_as" ui:"text" max:"200" json:"to_as"`
}

// Mark enters a paragraph of published Messages or of a paper as a call. Editors and
// staff may. Event: call.entered. Errors: Invalid at "where" for what is no published
// paragraph, Conflict where it is in the ledger already.
func (s *Service) Mark(ctx context.Context, a core.Actor, in MarkInput) (*Call, error) {
	if err := callPolicy.Check("mark", StateOpen, a.Roles(core.ScopeForum)...); err != nil {
		return nil, err
	}
	p := core.Validate(in)
	in.ToAs = strings.TrimSpace(in.ToAs)
	if len(in.To) == 0 && in.ToAs == "" {
		p.Add("to", "ledger.error.no_addressee")
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	t, err := s.Find(ctx, a, in.Where)
	if err != nil {
		return nil, at("where", err)
	}
	doc, para := documents.ReadParaRef(t.Ref)
	if t.Kind != ThingParagraph || para == "" {
		p.Add("where", "ledger.error.no_paragraph")
		return nil, p.Err()
	}
	docs, err := s.Documents.Load(ctx, doc)
	if err != nil {
		return nil, err
	}
	revs, err := s.Documents.Published(ctx, doc)
	if err != nil {
		return nil, err
	}
	d, rev := docs[doc], revs[doc]
	text, ok := rev.Paragraph(para)
	if !ok || d.Kind != FromMessage && d.Kind != FromPaper {
		p.Add("where", "ledger.error.no_paragraph")
		return nil, p.Err()
	}
	c := Call{Ref: t.Ref, Document: doc, Source: d.Kind, Words: text.Text, To: in.To, ToAs: in.ToAs, Called: rev.Issued}
	if d.Scope != core.ScopeForum && core.ID(d.Scope).Valid() {
		if _, err := s.Editions.SettingByID(ctx, a, core.ID(d.Scope)); err == nil {
			c.Edition = core.ID(d.Scope)
		}
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		rows, err := callsOf(ctx, tx, "lc.ref = ?", t.Ref)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			return core.Conflict("ledger.error.marked")
		}
		_, err = s.enterTx(ctx, tx, nil, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	found, err := s.callsByRef(ctx, a, []string{t.Ref})
	if err != nil || found[t.Ref] == nil {
		return nil, err
	}
	return found[t.Ref], nil
}

// AddressInput says which organisations a call addresses, by their names.
type AddressInput struct {
	Version       int64    `form:"version" ui:"hidden" json:"version"`
	Organisations []string `form:"organisations" ui:"checks" json:"organisations"` // ids
	Name          string   `form:"name" ui:"text" max:"200" json:"name"`           // one more, by name
}

// Address sets the organisations that a call addresses: those that the staff find in its
// words, or know. Event: call.addressed. Errors: Invalid at "name" for one that is not
// in the directory; Stale.
func (s *Service) Address(ctx context.Context, a core.Actor, id core.ID, in AddressInput) error {
	c, err := s.Call(ctx, a, id)
	if err != nil {
		return err
	}
	if err := callPolicy.Check("address", c.State, a.Roles(scopeOf(c.Edition))...); err != nil {
		return err
	}
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	var ids []core.ID
	for _, o := range in.Organisations {
		ids = append(ids, core.ID(o))
	}
	if name := strings.TrimSpace(in.Name); name != "" {
		o, err := s.organisationNamed(ctx, "name", name)
		if err != nil {
			return err
		}
		ids = append(ids, o)
	}
	known, err := s.People.Organisations(ctx, ids)
	if err != nil {
		return err
	}
	var names []string
	ids = slices.DeleteFunc(ids, func(id core.ID) bool { _, ok := known[id]; return !ok })
	for _, id := range ids {
		if name := known[id].Name.String(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		c, err := callTx(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.Version != in.Version {
			return core.Stale(AddressInput{Version: c.Version, Organisations: texts(c.Organisations)})
		}
		return s.addressTx(ctx, tx, c, ids, names)
	})
}

func (s *Service) addressTx(ctx context.Context, tx *record.Tx, c *Call, ids []core.ID, names []string) error {
	if _, err := tx.NewDelete().Model((*addressee)(nil)).Where("call = ?", c.ID).Exec(ctx); err != nil {
		return fmt.Errorf("address call: %w", err)
	}
	var rows []addressee
	for _, o := range ids {
		if !slices.ContainsFunc(rows, func(r addressee) bool { return r.Organisation == o }) {
			rows = append(rows, addressee{Call: c.ID, Organisation: o})
		}
	}
	if len(rows) > 0 {
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return fmt.Errorf("address call: %w", err)
		}
	}
	if err := saveCall(ctx, tx, c); err != nil {
		return err
	}
	tx.Append("call.addressed", c.ID, scopeOf(c.Edition), record.Public, record.Data{"label": c.Words, "organisations": names})
	return nil
}

func texts(ids []core.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// organisationNamed finds the one organisation of a name.
func (s *Service) organisationNamed(ctx context.Context, field, name string) (core.ID, error) {
	found, err := s.People.FindOrganisations(ctx, name)
	if err != nil {
		return "", err
	}
	var p core.Problems
	switch {
	case len(found) == 0:
		p.Add(field, "ledger.error.no_organisation", "Name", name)
	case len(found) > 1 && found[1].Reason == found[0].Reason:
		p.Add(field, "ledger.error.organisations", "Name", name)
	default:
		return found[0].Organisation.ID, nil
	}
	return "", p.Err()
}

// SupersedeInput says which later call stands for this one.
type SupersedeInput struct {
	Version int64  `form:"version" ui:"hidden" json:"version"`
	By      string `form:"by" ui:"text" max:"500" json:"by"` // address of the later call; empty takes it back
	Note    string `form:"note" ui:"text" max:"500" json:"note"`
}

// Supersede says that a later call stands for this one, or takes that back. Editors and
// staff may. Event: call.superseded or call.reopened.
func (s *Service) Supersede(ctx context.Context, a core.Actor, id core.ID, in SupersedeInput) error {
	c, err := s.Call(ctx, a, id)
	if err != nil {
		return err
	}
	if err := callPolicy.Check("supersede", c.State, a.Roles(scopeOf(c.Edition))...); err != nil {
		return err
	}
	p := core.Validate(in)
	var by core.ID
	if strings.TrimSpace(in.By) != "" {
		t, err := s.Find(ctx, a, in.By)
		if core.KindOf(err) == core.KindInvalid && err != nil {
			p.Add("by", "ledger.error.no_call")
			return p.Err()
		}
		if err != nil {
			return err
		}
		found, err := s.callsByRef(ctx, a, []string{t.Ref})
		if err != nil {
			return err
		}
		if found[t.Ref] == nil || found[t.Ref].ID == id {
			p.Add("by", "ledger.error.no_call")
		} else {
			by = found[t.Ref].ID
		}
	}
	if err := p.Err(); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		c, err := callTx(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.Version != in.Version {
			return core.Stale(SupersedeInput{Version: c.Version, Note: c.Note})
		}
		kind := "call.superseded"
		c.SupersededBy, c.Note, c.State = by, strings.TrimSpace(in.Note), StateSuperseded
		if by == "" {
			kind, c.State = "call.reopened", StateOpen
		}
		if err := s.settleTx(ctx, tx, c); err != nil {
			return err
		}
		tx.Append(kind, c.ID, scopeOf(c.Edition), record.Public, record.Data{"label": c.Words, "by": by, "note": c.Note})
		return nil
	})
}

// Call gives one call. NotFound for one that the actor may not see.
func (s *Service) Call(ctx context.Context, a core.Actor, id core.ID) (*Call, error) {
	if !id.Valid() {
		return nil, core.NotFound()
	}
	v, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	var rows []Call
	if err := v.calls(s.rec.DB.Read.NewSelect().Model(&rows)).Where("lc.id = ?", id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load call: %w", err)
	}
	if len(rows) == 0 {
		return nil, core.NotFound()
	}
	return &rows[0], withAddressees(ctx, s.rec.DB.Read, pointers(rows))
}

func (s *Service) callsByRef(ctx context.Context, a core.Actor, refs []string) (map[string]*Call, error) {
	return s.callsWhere(ctx, a, "lc.ref IN (?)", bun.List(append([]string{""}, refs...)))
}

func (s *Service) callsWhere(ctx context.Context, a core.Actor, where string, args ...any) (map[string]*Call, error) {
	v, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	var rows []Call
	if err := v.calls(s.rec.DB.Read.NewSelect().Model(&rows)).Where(where, args...).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load calls: %w", err)
	}
	out := map[string]*Call{}
	for i := range rows {
		out[rows[i].Ref] = &rows[i]
	}
	return out, withAddressees(ctx, s.rec.DB.Read, pointers(rows))
}
