package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

// onReport keeps the calls of a report in the act that publishes or corrects it.
func (s *Service) onReport(ctx context.Context, tx *record.Tx, e *record.Event) error {
	var data struct {
		Session core.ID `json:"session"`
	}
	if json.Unmarshal(e.Data, &data) != nil || data.Session == "" {
		data.Session = e.Subject // a report that was carried in is named by its session
	}
	r, points, err := s.Reports.PointsTx(ctx, tx, data.Session)
	if err != nil || r == nil {
		return err
	}
	return s.keepTx(ctx, tx, *r, points)
}

// keepTx brings the calls of one report to what it says: new ones enter, words change
// with the text, those that a correction took out stay and say so. Events: call.entered,
// call.changed, call.gone.
func (s *Service) keepTx(ctx context.Context, tx *record.Tx, r reports.Report, points []reports.Point) error {
	rows, err := callsOf(ctx, tx, "lc.document = ? AND lc.source = ?", r.Document, FromReport)
	if err != nil {
		return err
	}
	have := map[string]*Call{}
	for i := range rows {
		have[rows[i].Ref] = &rows[i]
	}
	ses, err := s.Programme.SessionTx(ctx, tx, r.Session)
	if err != nil {
		return fmt.Errorf("session of a report: %w", err)
	}
	var chosen []addressee
	called := r.Published
	// What was entered into the record afterwards was called out when it was said.
	if !ses.Ends.IsZero() && ses.Ends.Before(ses.Created) {
		called = ses.Ends
	}
	for _, p := range points {
		if p.Part != reports.PartCall {
			continue
		}
		was := have[p.Ref]
		delete(have, p.Ref)
		c := Call{
			Ref: p.Ref, Document: r.Document, Source: FromReport, Edition: r.Edition, Session: r.Session,
			Words: p.Text, To: p.To, ToAs: p.ToAs, Called: called,
		}
		id, err := s.enterTx(ctx, tx, was, c)
		if err != nil {
			return err
		}
		chosen = append(chosen, rowsOf(id, p.Orgs)...)
	}
	if err := chooseTx(ctx, tx, chosen); err != nil {
		return err
	}
	for _, p := range rows { // in the order of the rows: have is a map
		if c := have[p.Ref]; c != nil && c.State != StateGone {
			c.State = StateGone
			if err := saveCall(ctx, tx, c); err != nil {
				return err
			}
			tx.Append("call.gone", c.ID, scopeOf(c.Edition), record.Public, record.Data{"label": c.Words})
		}
	}
	return nil
}

// enterTx enters a call, or changes the one that stands for the same paragraph.
func (s *Service) enterTx(ctx context.Context, tx *record.Tx, was *Call, c Call) (core.ID, error) {
	if c.To == nil {
		c.To = []string{}
	}
	c.WordsKey, c.ToKey = keyOf(c.Words), bars(c.To)
	if was == nil {
		c.ID, c.State, c.Version = tx.NewID(), StateOpen, 1
		if _, err := tx.NewInsert().Model(&c).Exec(ctx); err != nil {
			return "", fmt.Errorf("enter call: %w", err)
		}
		tx.Append("call.entered", c.ID, scopeOf(c.Edition), record.Public, record.Data{"label": c.Words, "ref": c.Ref})
		return c.ID, nil
	}
	if was.Words.Equal(c.Words) && slices.Equal(was.To, c.To) && was.ToAs == c.ToAs && was.State != StateGone {
		return was.ID, nil
	}
	before := map[string]any{"words": was.Words, "to": was.To, "to_as": was.ToAs}
	was.Words, was.WordsKey, was.To, was.ToKey, was.ToAs = c.Words, c.WordsKey, c.To, c.ToKey, c.ToAs
	if was.State == StateGone {
		was.State = StateOpen
	}
	if err := s.settleTx(ctx, tx, was); err != nil {
		return "", err
	}
	tx.Append("call.changed", was.ID, scopeOf(was.Edition), record.Public, record.Data{
		"label": was.Words, "changes": changes(before, map[string]any{"words": was.Words, "to": was.To, "to_as": was.ToAs}),
	})
	return was.ID, nil
}

func rowsOf(call core.ID, orgs []core.ID) []addressee {
	out := make([]addressee, len(orgs))
	for i, o := range orgs {
		out[i] = addressee{Call: call, Organisation: o}
	}
	return out
}

// chooseTx adds the organisations that a rapporteur chose from the directory. What the
// staff added stays.
func chooseTx(ctx context.Context, tx *record.Tx, rows []addressee) error {
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.NewInsert().Model(&rows).On("CONFLICT (call, organisation) DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("address call: %w", err)
	}
	return nil
}

// settleTx brings a call's state to what its answers say and saves it.
func (s *Service) settleTx(ctx context.Context, tx *record.Tx, c *Call) error {
	var list []Commitment
	if err := tx.NewSelect().Model(&list).Where("cm.ledger_call = ?", c.ID).Scan(ctx); err != nil {
		return fmt.Errorf("load answers: %w", err)
	}
	state, answered := standing(list)
	c.Answered = answered
	if c.State != StateSuperseded && c.State != StateGone {
		c.State = state
	}
	return saveCall(ctx, tx, c)
}

// onDocument keeps the words of calls that stand in Messages and papers.
func (s *Service) onDocument(ctx context.Context, tx *record.Tx, e *record.Event) error {
	rows, err := callsOf(ctx, tx, "lc.document = ? AND lc.source <> ?", e.Subject, FromReport)
	if err != nil || len(rows) == 0 {
		return err
	}
	heads, err := s.Documents.HeadTx(ctx, tx, e.Subject)
	if err != nil {
		return err
	}
	rev, ok := heads[e.Subject]
	if !ok || rev.Draft() {
		return nil
	}
	for i := range rows {
		c := &rows[i]
		_, para := documents.ReadParaRef(c.Ref)
		p, there := rev.Paragraph(para)
		if there {
			if _, err := s.enterTx(ctx, tx, c, Call{Words: p.Text, To: c.To, ToAs: c.ToAs}); err != nil {
				return err
			}
			continue
		}
		if c.State == StateGone {
			continue
		}
		c.State = StateGone
		if err := saveCall(ctx, tx, c); err != nil {
			return err
		}
		tx.Append("call.gone", c.ID, scopeOf(c.Edition), record.Public, record.Data{"label": c.Words})
	}
	return nil
}

// Refill enters the calls of reports that were published before the ledger was there, or
// by another way than publishing. Done twice it does nothing.
func (s *Service) Refill(ctx context.Context) error {
	all, err := s.Reports.AllPublished(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	rows, err := callsOf(ctx, s.rec.DB.Read, "lc.source = ?", FromReport)
	if err != nil {
		return err
	}
	have := map[string]Call{}
	of := map[core.ID]int{}
	for _, c := range rows {
		have[c.Ref] = c
		if c.State != StateGone {
			of[c.Document]++
		}
	}
	points := map[core.ID]map[core.ID][]reports.Point{}
	for _, r := range all {
		if points[r.Edition] == nil {
			if points[r.Edition], err = s.Reports.Published(ctx, r.Edition); err != nil {
				return err
			}
		}
		n, same := 0, true
		for _, p := range points[r.Edition][r.Session] {
			if p.Part != reports.PartCall {
				continue
			}
			n++
			c, ok := have[p.Ref]
			same = same && ok && c.Words.Equal(p.Text) && c.State != StateGone
		}
		if same && n == of[r.Document] {
			continue
		}
		err := s.rec.Write(ctx, core.Actor{Program: "follower"}, func(ctx context.Context, tx *record.Tx) error {
			now, pts, err := s.Reports.PointsTx(ctx, tx, r.Session)
			if err != nil || now == nil {
				return err // a correction is being written; the hour comes again
			}
			return s.keepTx(ctx, tx, *now, pts)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

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
	names := func(ids []core.ID) []string {
		var out []string
		for _, id := range ids {
			if o, ok := known[id]; ok && !slices.Contains(out, o.Name.String()) {
				out = append(out, o.Name.String())
			}
		}
		return out
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		c, err := callTx(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.Version != in.Version {
			return core.Stale(AddressInput{Version: c.Version, Organisations: texts(c.Organisations)})
		}
		return s.addressTx(ctx, tx, c, ids, names(ids))
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
