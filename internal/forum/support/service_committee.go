package support

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// Seat is a member of the committee with her name.
type Seat struct {
	Member
	Name  string
	Email string
	Given int // applications that she has scored
}

// Committee gives who scores, to the staff. NotFound to others.
func (s *Service) Committee(ctx context.Context, a core.Actor, set *editions.Setting) ([]Seat, error) {
	if err := mayManage(a, set); err != nil {
		return nil, err
	}
	list, err := members(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, err
	}
	j, err := s.committee(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return nil, err
	}
	given, err := counts(ctx, s.rec.DB.Read.NewSelect().Model((*Score)(nil)).Join("JOIN support_applications AS sa ON sa.id = sc.application").
		ColumnExpr("sc.account AS who, COUNT(*) AS n").Where("sa.edition = ? AND sc.state = ?", set.ID, ScoreGiven).GroupExpr("sc.account"))
	out := make([]Seat, len(list))
	for i, m := range list {
		out[i] = Seat{Member: m, Name: j.who[m.Account].Name, Email: j.who[m.Account].Email, Given: given[m.Account]}
	}
	return out, err
}

// SeatInput appoints somebody. What is empty of country and organisation is taken from
// what the directory knows of her.
type SeatInput struct {
	Email        string `form:"email" ui:"email" max:"200" required:"true" json:"email"`
	Country      string `form:"country" ui:"select" json:"country,omitempty"`
	Organisation string `form:"organisation" ui:"text" max:"200" json:"organisation,omitempty"`
}

// Appoint makes an account a member of the committee, or corrects her country and
// organisation; she is told by mail. The staff may. Event: support.appointed.
func (s *Service) Appoint(ctx context.Context, a core.Actor, set *editions.Setting, in SeatInput) error {
	if err := mayManage(a, set); err != nil {
		return err
	}
	p := core.Validate(in)
	if in.Country != "" {
		if _, ok := s.Vocab.Country(in.Country); !ok {
			p.Add("country", "support.error.choice")
		}
	}
	if err := p.Err(); err != nil {
		return err
	}
	acc, err := s.Accounts.ByEmail(ctx, strings.TrimSpace(in.Email))
	if core.KindOf(err) == core.KindNotFound || core.KindOf(err) == core.KindInvalid {
		p.Add("email", "support.error.no_account")
		return p.Err()
	}
	if err != nil {
		return err
	}
	if acc.Person != "" && (in.Country == "" || in.Organisation == "") {
		known, err := s.People.Affiliations(ctx, []core.ID{acc.Person})
		if err != nil {
			return err
		}
		fillFrom(&in, known[acc.Person])
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if _, err := s.manageTx(ctx, tx, a, set); err != nil {
			return err
		}
		m := Member{Edition: set.ID, Account: acc.ID, Country: in.Country, Organisation: strings.TrimSpace(in.Organisation), Appointed: tx.Now}
		m.OrgKey = core.Fold(m.Organisation)
		if _, err := tx.NewInsert().Model(&m).On("CONFLICT (edition, account) DO UPDATE").
			Set("country = EXCLUDED.country").Set("organisation = EXCLUDED.organisation").Set("org_key = EXCLUDED.org_key").Exec(ctx); err != nil {
			return fmt.Errorf("appoint: %w", err)
		}
		tx.Append("support.appointed", set.ID, Scope(set.ID), record.Internal, record.Data{"label": set.Name})
		return s.tellTx(ctx, tx, acc, mail.Message{ID: fmt.Sprintf("support-seat/%s/%s", set.ID, acc.ID), Kind: "support_seat"}, set, "URL", s.BaseURL+set.Path()+"/support")
	})
}

func fillFrom(in *SeatInput, list []people.Affiliation) {
	for _, f := range list {
		if f.Until != "" {
			continue
		}
		if in.Country == "" {
			in.Country = f.Country
		}
		if in.Organisation == "" {
			if in.Organisation = f.OrganisationName; in.Organisation == "" {
				in.Organisation = f.Of.String()
			}
		}
	}
}

// tellTx queues a mail to an account in its language, with the name of the edition.
func (s *Service) tellTx(ctx context.Context, tx *record.Tx, acc authn.Account, m mail.Message, set *editions.Setting, args ...any) error {
	if acc.Email == "" || acc.Disabled {
		return nil
	}
	m.To, m.ToName, m.Lang = acc.Email, acc.Name, acc.Lang
	name, _ := set.Name.In(acc.Lang)
	m.Subject, m.Text = s.Mail.Compose(acc.Lang, m.Kind, append([]any{"Name", acc.Name, "Edition", name}, args...)...)
	return s.Mail.QueueTx(ctx, tx, m)
}

// Dismiss takes an account out of the committee; what she has given stays and counts. The
// staff may. Event: support.dismissed.
func (s *Service) Dismiss(ctx context.Context, a core.Actor, set *editions.Setting, account core.ID) error {
	if err := mayManage(a, set); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		res, err := tx.NewDelete().Model((*Member)(nil)).Where("edition = ? AND account = ?", set.ID, account).Exec(ctx)
		none, err := record.Once(res, err)
		if err != nil {
			return fmt.Errorf("dismiss: %w", err)
		}
		if none {
			return core.NotFound()
		}
		tx.Append("support.dismissed", set.ID, Scope(set.ID), record.Internal, record.Data{"label": set.Name})
		return nil
	})
}

// ScoreInput is what a member gives: marks as written, empty for blank.
type ScoreInput struct {
	Version int64             `json:"version,omitempty"`
	Marks   map[string]string `json:"marks"`
	Why     map[string]string `json:"why"`
	Words   string            `json:"words,omitempty"`
	// Conflict declares one instead; Words say which. To take it back gives marks.
	Conflict bool `json:"conflict,omitempty"`
}

// marks reads what was given, at the paths mark_CODE and why_CODE.
func (in *ScoreInput) marks(p *Programme) (map[string]Mark, core.Problems) {
	var problems core.Problems
	out := map[string]Mark{}
	for _, code := range p.Marks() {
		mark, why := strings.TrimSpace(in.Marks[code]), strings.TrimSpace(in.Why[code])
		if n := len([]rune(why)); n > 1000 {
			problems.Add("why_"+code, "form.too_long", "Count", 1000, "Have", n)
		}
		switch {
		case mark == "":
			continue
		case len(mark) != 1 || mark[0] < '0' || mark[0] > '0'+mostMark:
			problems.Add("mark_"+code, "support.error.number", "Min", 0, "Max", mostMark)
		case why == "":
			problems.Add("why_"+code, "form.required")
		default:
			out[code] = Mark{int(mark[0] - '0'), why}
		}
	}
	if n := len([]rune(in.Words)); n > 2000 {
		problems.Add("words", "form.too_long", "Count", 2000, "Have", n)
	}
	return out, problems
}

// Score keeps what a member of the committee says of an eligible application with which
// she has no conflict, or that she declares one. Event: support.scored. Errors: NotFound
// for all others, Invalid, Stale, Conflict when the scoring is closed.
func (s *Service) Score(ctx context.Context, a core.Actor, set *editions.Setting, number int, in ScoreInput) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d, err := s.desk(ctx, tx, a, set)
		if err != nil {
			return err
		}
		x, err := byNumber(ctx, tx, set.ID, number)
		if err != nil {
			return err
		}
		given, err := scores(ctx, tx, []core.ID{x.ID})
		if err != nil {
			return err
		}
		var said *Score
		if i := slices.IndexFunc(given[x.ID], func(g Score) bool { return g.Account == a.Account }); i >= 0 {
			said = &given[x.ID][i]
		}
		advice, err := advices(ctx, tx, []core.ID{x.ID})
		if err != nil {
			return err
		}
		j, err := s.committee(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		var named *Advice
		if r, ok := advice[x.ID]; ok {
			named = &r
		}
		// A conflict that she has declared she may take back; one that was found stands.
		roles := s.rolesFor(a, d, x, j.conflicts(a.Account, x, named, nil))
		if d.Member == nil || !grantPolicy.Can("read", x.State, roles...) {
			return core.NotFound()
		}
		if x.State == StateRanked {
			return core.Conflict("support.error.scoring_closed")
		}
		if err := grantPolicy.Check("score", x.State, roles...); err != nil {
			return err
		}
		return s.scoreTx(ctx, tx, d, x, said, in)
	})
}

func (s *Service) scoreTx(ctx context.Context, tx *record.Tx, d *Desk, x *Application, said *Score, in ScoreInput) error {
	marks, problems := in.marks(d.Programme)
	g := Score{Application: x.ID, Account: tx.Actor.Account, State: ScoreGiven, Marks: marks, Words: strings.TrimSpace(in.Words), At: tx.Now, Version: 1}
	if in.Conflict {
		g.State, g.Marks, problems = ScoreConflict, map[string]Mark{}, nil
		if g.Words == "" {
			problems.Add("words", "form.required")
		}
	}
	if err := problems.Err(); err != nil {
		return err
	}
	if said != nil {
		if said.Version != in.Version {
			return core.Stale(nil)
		}
		g.Version = said.Version + 1
	}
	if _, err := tx.NewInsert().Model(&g).On("CONFLICT (application, account) DO UPDATE").
		Set("state = EXCLUDED.state").Set("marks = EXCLUDED.marks").Set("words = EXCLUDED.words").Set("at = EXCLUDED.at").Set("version = EXCLUDED.version").Exec(ctx); err != nil {
		return fmt.Errorf("keep score: %w", err)
	}
	tx.Append("support.scored", x.ID, Scope(x.Edition), record.Internal, record.Data{"label": label(x), "state": g.State})
	return nil
}

// CloseScoring ends the scoring: every eligible application gets its score and its place.
// The staff may, once all were scored by as many as the programme asks, or with a reason.
// Event: support.ranked for each. Errors: Invalid at "reason", Conflict when none is
// eligible.
func (s *Service) CloseScoring(ctx context.Context, a core.Actor, set *editions.Setting, reason string) error {
	if err := mayManage(a, set); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d, err := s.manageTx(ctx, tx, a, set)
		if err != nil {
			return err
		}
		seen, err := s.lines(ctx, tx, core.Operator, d)
		if err != nil {
			return err
		}
		list := slices.DeleteFunc(seen.Lines, func(l Line) bool { return l.State != StateEligible && l.State != StateRanked })
		if len(list) == 0 {
			return core.Conflict("support.error.none_eligible")
		}
		score, few := map[core.ID]int{}, 0
		for _, l := range list {
			score[l.Application.ID] = l.Standing.Score
			if l.Standing.Given < d.Scorers {
				few++
			}
		}
		if reason = strings.TrimSpace(reason); few > 0 && reason == "" {
			var p core.Problems
			p.Add("reason", "support.error.few_scores", "Count", few)
			return p.Err()
		}
		place := places(score)
		for i := range list {
			x := list[i].Application
			x.State, x.Score, x.Place = StateRanked, max(0, score[x.ID]), place[x.ID]
			if err := save(ctx, tx, &x); err != nil {
				return err
			}
			tx.Append("support.ranked", x.ID, Scope(x.Edition), record.Internal, record.Data{"label": label(&x), "place": x.Place, "reason": reason})
		}
		return s.markTx(ctx, tx, d.Programme, "ranked = ?", tx.Now)
	})
}

// ReopenScoring lets the committee score again, as long as nothing was published. The
// staff may. Event: support.reopened.
func (s *Service) ReopenScoring(ctx context.Context, a core.Actor, set *editions.Setting) error {
	if err := mayManage(a, set); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d, err := s.manageTx(ctx, tx, a, set)
		if err != nil {
			return err
		}
		if !d.Published.IsZero() {
			return core.Conflict("support.error.published")
		}
		if _, err := tx.NewUpdate().Model((*Application)(nil)).Set("state = ?, choice = '', because = '', amount = 0, version = version + 1", StateEligible).
			Where("edition = ? AND state = ?", set.ID, StateRanked).Exec(ctx); err != nil {
			return fmt.Errorf("reopen scoring: %w", err)
		}
		tx.Append("support.reopened", set.ID, Scope(set.ID), record.Internal, record.Data{"label": set.Name})
		return s.markTx(ctx, tx, d.Programme, "ranked = ?", core.Instant{})
	})
}

// markTx notes something in a programme's row.
func (s *Service) markTx(ctx context.Context, tx *record.Tx, p *Programme, set string, value any) error {
	if _, err := tx.NewUpdate().Model((*Programme)(nil)).Set(set, value).Set("version = version + 1").Where("edition = ?", p.Edition).Exec(ctx); err != nil {
		return fmt.Errorf("save programme: %w", err)
	}
	return nil
}

// lastMoment is the last minute of a day, as mails name it.
func lastMoment(day, zone string) string {
	return endOf(day, zone, 0).Add(-time.Minute).In(zone).Format("2006-01-02 15:04") + " " + zone
}
