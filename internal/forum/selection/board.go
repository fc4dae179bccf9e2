package selection

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/review"
)

// board loads all that a decision follows from.
func (s *Service) board(ctx context.Context, idb bun.IDB, c calls.Call) (*Board, error) {
	b := &Board{Call: c, facts: map[core.ID]proposals.Input{}, choices: map[core.ID]Choice{}}
	var err error
	if b.Selection, err = s.selection(ctx, idb, c); err != nil {
		return nil, err
	}
	if b.Rounds, err = roundsOf(ctx, idb, c.ID); err != nil {
		return nil, err
	}
	if b.results, err = resultsOf(ctx, idb, c.ID); err != nil {
		return nil, err
	}
	if b.Mergers, err = mergersOf(ctx, idb, c.ID); err != nil {
		return nil, err
	}
	list, err := choicesOf(ctx, idb, c.ID)
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		b.choices[x.Proposal] = x
	}
	return b, s.rows(ctx, idb, b)
}

// rows are the proposals with all that the rules and the balance look at.
func (s *Service) rows(ctx context.Context, idb bun.IDB, b *Board) error {
	list, err := s.Proposals.JudgedOf(ctx, idb, b.Call)
	if err != nil {
		return err
	}
	ids := make([]core.ID, len(list))
	for i, x := range list {
		ids[i] = x.ID
		b.facts[x.ID] = x
	}
	parties, err := s.Proposals.PartiesOf(ctx, ids)
	if err != nil {
		return err
	}
	judged, err := s.judged(ctx, b.Call, idb != s.rec.DB.Read)
	if err != nil {
		return err
	}
	day := s.rec.Clock.Now().Format("2006-01-02")
	if b.Call.Edition != "" {
		set, err := s.Editions.SettingByID(ctx, core.Operator, b.Call.Edition)
		if err != nil {
			return err
		}
		if set.FirstDay != "" {
			day = set.FirstDay
		}
	}
	var persons map[core.ID]bool
	var orgs map[string]bool
	if s.Known != nil && b.Call.Edition != "" {
		if persons, orgs, err = s.Known(ctx, b.Call.Edition); err != nil {
			return err
		}
	}
	b.inputs = Inputs{Type: b.Call.Becomes, Rules: b.Selection.Rules, Rows: make([]Row, len(list))}
	for i, x := range list {
		r := s.row(x, parties[x.ID], day)
		st := judged[x.ID].Standing
		r.N, r.Mean, r.Normalised = st.N, st.Mean, st.Normalised
		r.Newcomer = !newcomersNot(x, parties[x.ID], persons, orgs)
		b.inputs.Rows[i] = r
		b.Lines = append(b.Lines, Line{Row: r, Title: x.Title, Language: x.Proposal.Lang, State: x.State, Standing: st, Assigned: judged[x.ID].Assigned, Version: x.Version})
	}
	return nil
}

// judgedOf is what the reviews of a call said when it was last reckoned.
type judgedOf struct {
	call, forum, minute int64
	rows                map[core.ID]review.Result
}

// judged is what the reviews of a call say. Unless it must be fresh, it is kept until
// something happens in the call's scope or the forum's, a minute at most: phases open on
// the minute.
func (s *Service) judged(ctx context.Context, c calls.Call, fresh bool) (map[core.ID]review.Result, error) {
	// The versions are read before the rows: a change between the two is seen next time.
	now := judgedOf{s.rec.Scope(c.Scope()).Load(), s.rec.Scope(core.ScopeForum).Load(), s.rec.Clock.Now().Unix() / 60, nil}
	s.mu.Lock()
	kept := s.kept[c.ID]
	s.mu.Unlock()
	if !fresh && kept.rows != nil && kept.call == now.call && kept.forum == now.forum && kept.minute == now.minute {
		return kept.rows, nil
	}
	results, err := s.Review.All(ctx, c)
	if err != nil {
		return nil, err
	}
	now.rows = make(map[core.ID]review.Result, len(results))
	for _, r := range results {
		now.rows[r.ID] = r
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.kept) > 20 {
		clear(s.kept)
	}
	s.kept[c.ID] = now
	return now.rows, nil
}

// row is what a proposal and the people named in it say for the balance. Where the form
// does not ask for the group or the place, those of the first organiser count.
func (s *Service) row(x proposals.Input, parties []proposals.Party, day string) Row {
	r := Row{ID: x.ID, Number: x.Number, Themes: x.Themes, Group: x.Group, Lang: x.Proposal.Lang}
	place := x.Place
	for _, p := range parties {
		if p.State == proposals.Declined {
			continue
		}
		if p.Means == calls.MeansOwner {
			if r.Group == "" {
				r.Group = p.Group
			}
			if place == "" {
				place = p.Country
			}
		}
		switch p.Gender {
		case proposals.Woman:
			r.Women++
		case proposals.Man:
			r.Men++
		case proposals.Another:
			r.Others++
		default:
			r.NotSaid++
		}
	}
	if place != "" {
		r.Region, r.Classes = s.Vocab.RegionOf(place), s.Vocab.ClassesOf(place, day)
	}
	return r
}

func newcomersNot(x proposals.Input, parties []proposals.Party, persons map[core.ID]bool, orgs map[string]bool) bool {
	if x.Person != "" && persons[x.Person] || x.OrgKey != "" && orgs[x.OrgKey] {
		return true
	}
	return slices.ContainsFunc(parties, func(p proposals.Party) bool {
		return p.Means == calls.MeansOwner && p.State == proposals.Confirmed && p.Person != "" && persons[p.Person]
	})
}

// standing is what was published of a proposal, as a choice that stands: with what was
// answered to it. Who waits is open again where the rules fill free places.
func (d Decided) standing(fill bool) (Hand, bool) {
	h := Hand{Proposal: d.Proposal, Choice: d.Choice, Type: d.Type, Target: d.Target}
	switch {
	case d.Choice == Wait && fill:
		return h, false
	case d.Answer == AnswerTaken || d.Answer == AnswerMet:
		h.Choice = Accept
	case d.Answer == AnswerRefused || d.Answer == AnswerNotMet:
		h.Choice = Decline
	}
	return h, true
}

// hands are the choices that stand: what was published, over it what was chosen since, and
// over that what is only tried. A try without a choice takes back what was chosen.
func (b *Board) hands(tries []Hand) []Hand {
	hands := map[core.ID]Hand{}
	published := func(id core.ID) {
		if d, ok := b.results[id]; ok {
			if h, ok := d.standing(b.Selection.Rules.Fill); ok {
				hands[id] = h
			}
		}
	}
	for id := range b.results {
		published(id)
	}
	for id, x := range b.choices {
		hands[id] = Hand{Proposal: id, Choice: x.Choice, Type: x.Type, Target: x.Target}
	}
	for _, t := range tries {
		if delete(hands, t.Proposal); t.Choice == "" {
			published(t.Proposal)
			continue
		}
		hands[t.Proposal] = t
	}
	out := make([]Hand, 0, len(hands))
	for _, r := range b.inputs.Rows {
		if h, ok := hands[r.ID]; ok {
			out = append(out, h)
		}
	}
	return out
}

// decide reckons the outcome and puts the lines into its order.
func (b *Board) decide(tries []Hand) {
	b.inputs.Hands = b.hands(nil)
	b.outcomes = Decide(b.inputs)
	b.Digest = Digest(b.inputs, b.outcomes)
	b.Before = b.balance(b.outcomes)
	b.Try(tries)
}

// With gives the outcome, and the balance, if some proposals were decided otherwise. The
// board stays as it is.
func (b *Board) With(tries []Hand) ([]Outcome, []Side) {
	in := b.inputs
	in.Hands = b.hands(tries)
	list := Decide(in)
	return list, b.balance(list)
}

// balance is that of what the reader may see.
func (b *Board) balance(list []Outcome) []Side {
	rows := b.inputs.Rows
	if len(b.barred) > 0 {
		rows = slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return b.barred[r.ID] })
	}
	return Balance(rows, list)
}

// shows are the outcomes that the reader may see, as if there were no others: a gap in
// their places would tell where the others stand.
func (b *Board) shows(list []Outcome) []Outcome {
	if len(b.barred) == 0 {
		return list
	}
	out := make([]Outcome, 0, len(list))
	place, waits := 0, 0
	for _, o := range list {
		if b.barred[o.Proposal] {
			continue
		}
		if o.Place > 0 {
			place++
			o.Place = place
		}
		if o.Waits > 0 {
			waits++
			o.Waits = waits
		}
		out = append(out, o)
	}
	return out
}

// Try shows on the board what would be if some proposals were decided otherwise. Nothing of
// it is kept.
func (b *Board) Try(tries []Hand) {
	shown, tried := b.outcomes, map[core.ID]bool{}
	b.Balance = b.Before
	if len(tries) > 0 {
		for _, t := range tries {
			tried[t.Proposal] = true
		}
		shown, b.Balance = b.With(tries)
	}
	b.arrange(shown, tried)
}

// usedOf counts the sessions of each type that a list takes.
func usedOf(list []Outcome) map[string]int {
	out := map[string]int{}
	for _, o := range list {
		if o.Taken() {
			out[o.Type]++
		}
	}
	return out
}

func (b *Board) arrange(shown []Outcome, tried map[core.ID]bool) {
	lines := make(map[core.ID]Line, len(b.Lines))
	for _, l := range b.Lines {
		lines[l.ID] = l
	}
	b.used = usedOf(shown)
	seen := b.shows(shown)
	b.Lines, b.Hidden, b.Used, b.Pending, b.pending = b.Lines[:0], len(shown)-len(seen), usedOf(seen), 0, 0
	for _, o := range b.outcomes {
		if b.changes(o) {
			b.pending++
			if !b.barred[o.Proposal] {
				b.Pending++
			}
		}
	}
	for _, o := range seen {
		l := lines[o.Proposal]
		l.Outcome, l.Tried = o, tried[o.Proposal]
		if x, ok := b.choices[o.Proposal]; ok {
			l.Hand = &x
		}
		if d, ok := b.results[o.Proposal]; ok {
			l.Was = &d
		}
		b.Lines = append(b.Lines, l)
	}
	b.Mergers = slices.DeleteFunc(b.Mergers, func(m Merger) bool { return b.barred[m.One] || b.barred[m.Two] })
}

// changes tells whether an outcome says something else than what was published.
func (b *Board) changes(o Outcome) bool {
	if o.Choice == "" {
		return false
	}
	d, ok := b.results[o.Proposal]
	if !ok {
		return true
	}
	was, _ := d.standing(false)
	if x, ok := b.choices[o.Proposal]; ok && x.Conditions != d.Conditions && o.Choice == Condition {
		return true
	}
	return was.Choice != o.Choice || was.Target != o.Target || taken(o.Choice) && o.Type != was.Type
}
