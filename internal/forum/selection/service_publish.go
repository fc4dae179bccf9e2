package selection

import (
	"context"
	"errors"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/record"
)

// PublishInput is the decision to publish what is pending.
type PublishInput struct {
	Digest string    `form:"digest" ui:"hidden" json:"digest" doc:"of the list that was looked at"`
	Body   string    `form:"body" ui:"select" json:"body,omitempty" doc:"the body that decided"`
	Note   core.Text `form:"note" ui:"area" max:"4000" json:"note"`
	Sure   bool      `form:"sure" ui:"check" required:"true" json:"sure"`
}

// Publish publishes at once what is pending: proposals get their states, accepted ones
// become sessions, letters go to the outbox, and the round is kept with all that it follows
// from. Who runs the call may. Event: selection.published. Errors: Conflict where things
// have changed since they were looked at, where nothing is pending, where there are more
// sessions than places, a merger was not agreed, or what is a session would be decided
// otherwise.
func (s *Service) Publish(ctx context.Context, a core.Actor, ref string, in PublishInput) (Round, error) {
	p := core.Validate(in)
	if !in.Sure {
		p.Add("sure", "form.required")
	}
	if err := p.Err(); err != nil {
		return Round{}, err
	}
	var out Round
	err := s.change(ctx, a, ref, func(ctx context.Context, tx *record.Tx, b *Board) error {
		b.decide(nil)
		if err := s.ready(ctx, tx, b, in.Digest); err != nil {
			return err
		}
		if in.Body != "" {
			if found, err := s.Bodies.Bodies(ctx, []core.ID{core.ID(in.Body)}); err != nil || len(found) == 0 {
				p.Add("body", "form.unreadable")
				return errors.Join(err, p.Err())
			}
		}
		out = Round{Call: b.Call.ID, Number: len(b.Rounds) + 1, At: tx.Now, ByName: tx.Actor.Name, Body: core.ID(in.Body), Note: in.Note.Clean(), Inputs: b.inputs, Digest: b.Digest}
		var err error
		if out.Facts, err = s.factsOf(ctx, tx, b.Call); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(&out).Exec(ctx); err != nil {
			return wrap(err, "keep round")
		}
		return s.publishTx(ctx, tx, b, out)
	})
	return out, err
}

// ready tells what keeps a board from being published: also that what has become a session
// would be decided otherwise. Nothing is said of a proposal that is kept from the actor but
// that there is one.
func (s *Service) ready(ctx context.Context, idb bun.IDB, b *Board, digest string) error {
	if err := b.ready(digest); err != nil {
		return err
	}
	var ids []core.ID
	for _, o := range b.outcomes {
		if b.changes(o) {
			ids = append(ids, o.Proposal)
		}
	}
	links, err := linksOf(ctx, idb, ids)
	for _, id := range ids {
		if links[id].Session != "" {
			return b.refuse("selection.error.session", id)
		}
	}
	return err
}

// refuse says why a proposal keeps the board from being published.
func (b *Board) refuse(key string, id core.ID, others ...core.ID) error {
	if slices.ContainsFunc(append(others, id), func(x core.ID) bool { return b.barred[x] }) {
		return core.Conflict("selection.error.hidden")
	}
	return core.Conflict(key, "Number", b.facts[id].Number)
}

func (b *Board) ready(digest string) error {
	if digest != b.Digest {
		return core.Conflict("selection.error.changed")
	}
	if b.pending == 0 {
		return core.Conflict("selection.error.nothing")
	}
	for _, q := range b.Over() {
		return core.Conflict("selection.error.over", "Taken", q.Places, "Places", b.Selection.Rules.Places(q.Type))
	}
	by := map[core.ID]Outcome{}
	for _, o := range b.outcomes {
		by[o.Proposal] = o
	}
	for _, o := range b.outcomes {
		to := by[o.Target]
		if o.Choice != Merge || !b.changes(o) && !b.changes(to) { // or neither is decided anew
			continue
		}
		if b.changes(o) && !b.agreed(o.Proposal, o.Target) || to.Choice != Accept && to.Choice != Condition {
			return b.refuse("selection.error.merge", o.Proposal, o.Target)
		}
	}
	return nil
}

// publishTx writes what a round says: results, states, sessions and letters.
func (s *Service) publishTx(ctx context.Context, tx *record.Tx, b *Board, r Round) error {
	var list []Decided
	var verdicts []proposals.Verdict
	for _, o := range b.outcomes {
		if !b.changes(o) {
			continue
		}
		x := b.choices[o.Proposal]
		d := Decided{
			Call: b.Call.ID, Round: r.Number, Proposal: o.Proposal, Place: o.Place, Choice: o.Choice, Type: o.Type, Target: o.Target,
			Conditions: x.Conditions, Reasons: x.Reasons, Words: x.Words, Hand: x.Choice != "", Why: o.Why, Version: 1,
		}
		if d.Reasons == nil {
			d.Reasons = []string{}
		}
		list = append(list, d)
		verdicts = append(verdicts, proposals.Verdict{Input: b.facts[o.Proposal], To: stateOf[o.Choice]})
	}
	if _, err := tx.NewInsert().Model(&list).Exec(ctx); err != nil {
		return wrap(err, "keep decisions")
	}
	if err := s.Proposals.DecideTx(ctx, tx, b.Call, verdicts); err != nil {
		return err
	}
	if _, err := tx.NewDelete().Model((*Choice)(nil)).Where("call = ?", b.Call.ID).Exec(ctx); err != nil {
		return wrap(err, "clear choices")
	}
	sessions, err := s.sessionsTx(ctx, tx, b, list)
	if err != nil {
		return err
	}
	counts := map[string]int{}
	for _, d := range list {
		counts[d.Choice]++
	}
	tx.Append("selection.published", b.Call.ID, b.Call.Scope(), visibility(b.Call), record.Data{"label": b.Call.Title, "call": b.Call.Ref, "round": r.Number, "counts": counts})
	return s.lettersTx(ctx, tx, b, list, sessions, r.Number)
}

func visibility(c calls.Call) record.Visibility {
	if c.Published {
		return record.Public
	}
	return record.Internal
}

// sessionsTx makes sessions of what was accepted without conditions, and ties what was
// merged to the session of the other. It gives all sessions by proposal.
func (s *Service) sessionsTx(ctx context.Context, tx *record.Tx, b *Board, list []Decided) (map[core.ID]Session, error) {
	out := map[core.ID]Session{}
	if s.Make == nil || b.Call.Edition == "" || b.Call.Becomes == "" {
		return out, nil
	}
	ids := make([]core.ID, 0, len(b.facts))
	for id := range b.facts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	have, err := linksOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	if out, err = s.there(ctx, have); err != nil {
		return nil, err
	}
	parties, err := s.Proposals.PartiesTx(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	into := map[core.ID]core.ID{} // what was merged, now or in a round before
	for id, d := range b.results {
		if d.Choice == Merge {
			into[id] = d.Target
		}
	}
	for _, d := range list {
		if delete(into, d.Proposal); d.Choice == Merge {
			into[d.Proposal] = d.Target
		}
	}
	merged := map[core.ID][]core.ID{} // by what it was merged into
	for _, id := range ids {
		if to := into[id]; to != "" {
			merged[to] = append(merged[to], id)
		}
	}
	var links []Link
	tie := func(proposal core.ID, session Session) {
		out[proposal] = session
		links = append(links, Link{Proposal: proposal, Session: session.ID, Edition: b.Call.Edition, At: tx.Now})
	}
	// In the order of the numbers: references follow them.
	slices.SortFunc(list, func(x, y Decided) int { return b.facts[x.Proposal].Number - b.facts[y.Proposal].Number })
	var due []Decided
	for _, d := range list {
		if d.Choice == Accept && out[d.Proposal].ID == "" {
			due = append(due, d)
		}
	}
	all, err := s.accepted(ctx, tx, b, due, merged, parties)
	if err != nil {
		return nil, err
	}
	if len(all) > 0 {
		made, err := s.Make(ctx, tx, all)
		if err != nil {
			return nil, err
		}
		for i, in := range all {
			tie(in.Of.ID, made[i])
		}
	}
	for _, id := range ids {
		if session := out[into[id]]; session.ID != "" && out[id].ID == "" {
			tie(id, session)
		}
	}
	if len(links) > 0 {
		if _, err := tx.NewInsert().Model(&links).Exec(ctx); err != nil {
			return nil, wrap(err, "tie sessions to proposals")
		}
	}
	return out, nil
}

// there are the sessions that proposals have become already.
func (s *Service) there(ctx context.Context, links map[core.ID]Link) (map[core.ID]Session, error) {
	out := map[core.ID]Session{}
	var ids []core.ID
	for id, l := range links {
		out[id] = Session{ID: l.Session}
		ids = append(ids, l.Session)
	}
	if len(ids) == 0 || s.Sessions == nil {
		return out, nil
	}
	found, err := s.Sessions(ctx, core.Operator, ids)
	for id, l := range links {
		if x, ok := found[l.Session]; ok {
			out[id] = x
		}
	}
	return out, err
}

// accepted are proposals as they become sessions, with what was merged into them.
func (s *Service) accepted(ctx context.Context, tx *record.Tx, b *Board, due []Decided, merged map[core.ID][]core.ID, parties map[core.ID][]proposals.Party) ([]Accepted, error) {
	ids := make([]core.ID, len(due))
	for i, d := range due {
		ids[i] = d.Proposal
	}
	answered, err := s.Proposals.AnsweredOf(ctx, tx, b.Call, ids)
	if err != nil {
		return nil, err
	}
	by := map[core.ID]proposals.Input{}
	for _, x := range answered {
		by[x.ID] = x
	}
	forms := map[int]calls.Form{}
	out := make([]Accepted, len(due))
	for i, d := range due {
		x := by[d.Proposal]
		form, ok := forms[x.FormVersion]
		if !ok {
			f, err := s.Calls.Form(ctx, b.Call, x.FormVersion)
			if err != nil {
				return nil, err
			}
			form = f.Form
			forms[x.FormVersion] = form
		}
		in := Accepted{Call: b.Call, Type: d.Type, Of: x, Form: form, People: slices.Clone(parties[d.Proposal])}
		if in.Type == "" {
			in.Type = b.Call.Becomes
		}
		for _, m := range merged[d.Proposal] {
			in.Merged = append(in.Merged, b.facts[m])
			in.People = append(in.People, parties[m]...)
		}
		out[i] = in
	}
	return out, nil
}

// Rerun reckons a round again from what was kept of it, and tells whether the same list
// follows. Who runs the call gets the list and the inputs, without what a conflict keeps
// from her: the digest is of all. Errors: NotFound.
func (s *Service) Rerun(ctx context.Context, a core.Actor, ref string, number int) (Round, []Outcome, bool, error) {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return Round{}, nil, false, err
	}
	var r Round
	if err := s.rec.DB.Read.NewSelect().Model(&r).Where("so.call = ? AND so.number = ?", c.ID, number).Scan(ctx); err != nil {
		return r, nil, false, record.Found(err)
	}
	list := Decide(r.Inputs)
	same := Digest(r.Inputs, list) == r.Digest
	b := Board{}
	if b.barred, err = s.Review.Barred(ctx, a, c.ID); err != nil {
		return r, nil, false, err
	}
	hidden := func(id core.ID) bool { return b.barred[id] }
	r.Inputs.Rows = slices.DeleteFunc(r.Inputs.Rows, func(x Row) bool { return hidden(x.ID) })
	r.Inputs.Hands = slices.DeleteFunc(r.Inputs.Hands, func(h Hand) bool { return hidden(h.Proposal) || hidden(h.Target) })
	list = b.shows(list)
	for i := range list {
		if hidden(list[i].Target) {
			list[i].Target = ""
		}
	}
	return r, list, same, nil
}
