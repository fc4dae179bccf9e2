package consultations

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/record"
)

// CanOpen tells whether the actor may open a consultation on a document.
func (s *Service) CanOpen(ctx context.Context, a core.Actor, d documents.Document) (bool, error) {
	o, err := s.ownerOf(ctx, d)
	if err != nil {
		return false, err
	}
	return s.Runs(ctx, a, Consultation{Scope: d.Scope, Kind: d.Kind, Body: o.Body, Edition: o.Edition})
}

// Open announces a window of review on the newest published revision of a document.
// Staff of its scope may, editors for Messages, coordinators for the texts of their body.
// Events: consultation.announced and, where it opens at once, consultation.opened.
// Errors: KindNotFound; KindConflict where nothing is published or another window of the
// text is planned or open; KindInvalid.
func (s *Service) Open(ctx context.Context, a core.Actor, doc core.ID, in OpenInput) (Consultation, error) {
	var out Consultation
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) (err error) {
		out, err = s.OpenTx(ctx, tx, doc, in)
		return err
	})
	return out, err
}

// OpenTx is Open inside an act.
func (s *Service) OpenTx(ctx context.Context, tx *record.Tx, doc core.ID, in OpenInput) (Consultation, error) {
	if !doc.Valid() {
		return Consultation{}, core.NotFound()
	}
	heads, err := s.docs.HeadTx(ctx, tx, doc)
	if err != nil {
		return Consultation{}, err
	}
	head, ok := heads[doc]
	if !ok {
		return Consultation{}, core.NotFound()
	}
	var d documents.Document
	if err := tx.NewSelect().Model(&d).Where("d.id = ?", doc).Scan(ctx); err != nil {
		return Consultation{}, fmt.Errorf("load document: %w", record.Found(err))
	}
	o, err := s.ownerOf(ctx, d)
	if err != nil {
		return Consultation{}, err
	}
	c := Consultation{
		ID: tx.NewID(), Scope: d.Scope, Document: d.ID, Kind: d.Kind, Edition: o.Edition, Body: o.Body,
		Revision: d.Published, Next: 1, Said: "announced", Created: tx.Now, Version: 1,
	}
	if err := s.may(ctx, tx.Actor, "run", c); err != nil {
		if head.Draft() && d.Published == 0 {
			return Consultation{}, core.NotFound()
		}
		return Consultation{}, err
	}
	if d.Published == 0 {
		return Consultation{}, core.Conflict("consultations.error.unpublished")
	}
	if err := in.apply(&c); err != nil {
		return Consultation{}, err
	}
	if err := alone(ctx, tx, c); err != nil {
		return Consultation{}, err
	}
	if c.Ref, err = s.newRef(ctx, tx, c); err != nil {
		return Consultation{}, err
	}
	if _, err := tx.NewInsert().Model(&c).Exec(ctx); err != nil {
		return Consultation{}, fmt.Errorf("open consultation: %w", err)
	}
	tx.Append("consultation.announced", c.ID, c.Scope, record.Public, c.data())
	if !tx.Now.Before(c.Opens) {
		c.Said = "opened"
		tx.Append("consultation.opened", c.ID, c.Scope, record.Public, c.data())
	}
	return c, recount(ctx, tx, &c)
}

// alone refuses a window beside another one of the same text that is planned or open.
func alone(ctx context.Context, tx *record.Tx, c Consultation) error {
	var others []Consultation
	if err := tx.NewSelect().Model(&others).Where("cs.document = ? AND cs.id <> ?", c.Document, c.ID).OrderExpr("cs.id").Scan(ctx); err != nil {
		return fmt.Errorf("load consultations: %w", err)
	}
	for _, x := range others {
		if st := x.State(tx.Now); st == StatePlanned || st == StateOpen {
			return core.Conflict("consultations.error.window_open", "Ref", x.Ref)
		}
	}
	return nil
}

func (c Consultation) data() record.Data {
	return record.Data{"label": c.Title, "ref": c.Ref, "document": c.Document, "revision": c.Revision, "opens": c.Opens, "closes": c.Closes}
}

// newRef makes a permanent reference: where the text belongs, its kind, a number.
func (s *Service) newRef(ctx context.Context, tx *record.Tx, c Consultation) (string, error) {
	prefix := "forum"
	switch {
	case c.Edition != "":
		set, err := s.editions.SettingTx(ctx, tx, c.Edition)
		if err != nil {
			return "", err
		}
		prefix = set.Slug
	case c.Body != "":
		var b bodies.Body
		if err := tx.NewSelect().Model(&b).Column("id", "slug").Where("id = ?", c.Body).Scan(ctx); err != nil {
			return "", fmt.Errorf("load body: %w", record.Found(err))
		}
		prefix = b.Slug
	}
	prefix += "-" + c.Kind + "-"
	var refs []string
	if err := tx.NewSelect().Model((*Consultation)(nil)).Column("ref").Where("cs.ref LIKE ?", prefix+"%").Scan(ctx, &refs); err != nil {
		return "", fmt.Errorf("number consultation: %w", err)
	}
	n := 0
	for _, r := range refs {
		if x, err := strconv.Atoi(strings.TrimPrefix(r, prefix)); err == nil && x > n {
			n = x
		}
	}
	return prefix + strconv.Itoa(n+1), nil
}

// edit runs fn on a consultation inside a write, after the policy was asked for an
// action, and counts anew.
func (s *Service) edit(ctx context.Context, a core.Actor, ref, action string, fn func(ctx context.Context, tx *record.Tx, c *Consultation) error) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		c, err := loadRef(ctx, tx, ref)
		if err != nil {
			return err
		}
		if err := s.see(ctx, a, c); err != nil {
			return err
		}
		if err := s.may(ctx, a, action, c); err != nil {
			return closedError(err, action, c, tx.Now)
		}
		waited := c.Undisposed
		if err := fn(ctx, tx, &c); err != nil {
			return err
		}
		if err := recount(ctx, tx, &c); err != nil || waited == 0 || c.Undisposed > 0 {
			return err
		}
		return s.tellDispositions(ctx, tx, c) // the digests, now that the last one is answered or gone
	})
}

// closedError says which state does not allow an action, where it is the state and not
// the person.
func closedError(err error, action string, c Consultation, now core.Instant) error {
	if core.KindOf(err) != core.KindForbidden || (action != "comment" && action != "support" && action != "challenge" && action != "dispose") {
		return err
	}
	st := c.State(now)
	if action == "dispose" && st != StatePlanned && st != StateEnded {
		return err
	}
	return core.Conflict("consultations.error.not_in."+st, "Ref", c.Ref)
}

// Change changes the settings. Whoever runs the consultation may. A later end is an
// extension, and any other end needs a reason too; the window of one that has closed
// stays as it was. Event: consultation.changed or consultation.extended, with the reason.
// Errors: KindStale; KindInvalid; KindConflict where it would be open again beside
// another window of the text.
func (s *Service) Change(ctx context.Context, a core.Actor, ref string, in OpenInput) (Consultation, error) {
	var out Consultation
	err := s.edit(ctx, a, ref, "run", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		before := *c
		if in.Version != c.Version {
			return core.Stale(InputOf(*c))
		}
		if err := in.apply(c); err != nil {
			return err
		}
		var p core.Problems
		state := before.State(tx.Now)
		if state != StatePlanned && !c.Opens.Time().Equal(before.Opens.Time()) {
			p.Add("opens_day", "consultations.error.has_opened")
		}
		kind := "consultation.changed"
		if !c.Closes.Time().Equal(before.Closes.Time()) {
			switch {
			case state == StateEnded || state == StateChallenged || state == StateAnswered:
				p.Add("closes_day", "consultations.error.has_closed")
			case strings.TrimSpace(in.Reason) == "":
				p.Add("reason", "consultations.error.why_end")
			case c.Closes.Before(tx.Now):
				p.Add("closes_day", "consultations.error.past")
			}
			if c.Closes.After(before.Closes) {
				kind = "consultation.extended"
				if before.Said == "closed" {
					c.Said = "opened"
				}
			}
		}
		if err := p.Err(); err != nil {
			return err
		}
		if state == StateClosed && c.State(tx.Now) == StateOpen {
			if err := alone(ctx, tx, *c); err != nil {
				return err
			}
		}
		if stale, err := save(ctx, tx, c); err != nil || stale {
			return record.StaleOr(err, InputOf(before))
		}
		data := c.data()
		changes := record.Changes(before.facts(), c.facts())
		if r := strings.TrimSpace(in.Reason); r != "" {
			changes["review_reason"] = record.Change{After: r}
		}
		data["changes"] = changes
		tx.Append(kind, c.ID, c.Scope, record.Public, data)
		out = *c
		return nil
	})
	return out, err
}

// facts are what the log says of a change.
func (c Consultation) facts() map[string]any {
	return map[string]any{
		"review_title": c.Title, "review_notice": c.Notice, "comment_languages": c.Langs, "who_comments": c.Who, "review_zone": c.Zone,
		"review_opens": c.Opens, "review_closes": c.Closes, "private_notes": c.PrivateNotes, "wording_proposals": c.Proposals, "late_comments": c.Late,
		"min_days": c.MinDays, "reply_days": c.ReplyDays, "challenge_days": c.ChallengeDays, "answer_days": c.AnswerDays,
	}
}

// End ends a consultation. Whoever runs it may, once every comment has its disposition,
// no challenge waits, and both windows of the commenters are over. Event:
// consultation.ended. What is missing is said by KindConflict.
func (s *Service) End(ctx context.Context, a core.Actor, ref string) error {
	return s.edit(ctx, a, ref, "run", func(ctx context.Context, tx *record.Tx, c *Consultation) error {
		if !c.Ended.IsZero() {
			return core.Conflict("consultations.error.not_in.ended", "Ref", c.Ref)
		}
		if tx.Now.Before(c.Closes) {
			return core.Conflict("consultations.error.still_open", "Ref", c.Ref)
		}
		if err := s.lacking(ctx, tx, *c); err != nil {
			return err
		}
		if c.Challenges > 0 {
			return core.Conflict("consultations.error.challenge_waits")
		}
		if tx.Now.Before(c.EndsAt()) {
			return core.Conflict("consultations.error.windows", "Time", c.EndsAt().Time().Format("2006-01-02 15:04"))
		}
		s.endTx(tx, c)
		return nil
	})
}

func (s *Service) endTx(tx *record.Tx, c *Consultation) {
	c.Ended, c.Said = tx.Now, "ended"
	tx.Append("consultation.ended", c.ID, c.Scope, record.Public, c.data())
}

// lacking says which comments lack a disposition, if any do.
func (s *Service) lacking(ctx context.Context, tx *record.Tx, c Consultation) error {
	if c.Undisposed == 0 {
		return nil
	}
	var numbers []int
	if err := tx.NewSelect().Model((*Comment)(nil)).Column("number").
		Where("co.consultation = ? AND co.state <> ? AND co.disposition_published IS NULL", c.ID, Withdrawn).
		OrderExpr("number").Limit(10).Scan(ctx, &numbers); err != nil {
		return fmt.Errorf("look for comments without disposition: %w", err)
	}
	var list strings.Builder
	for i, n := range numbers {
		if i > 0 {
			list.WriteString(" ")
		}
		list.WriteString("#" + strconv.Itoa(n))
	}
	if c.Undisposed > len(numbers) {
		list.WriteString(" …")
	}
	return core.Conflict("consultations.error.lacking", "Count", c.Undisposed, "Numbers", list.String(), "Ref", c.Ref)
}

// Tell appends what time has brought: windows that opened, closed or ended. It is called
// again and again and does each thing once.
func (s *Service) Tell(ctx context.Context) error {
	due, err := s.due(ctx)
	if err != nil {
		return err
	}
	program := core.Actor{Program: "follower"}
	var failed []error
	for _, x := range due {
		failed = append(failed, s.rec.Write(ctx, program, func(ctx context.Context, tx *record.Tx) error {
			c, err := loadRef(ctx, tx, x.Ref)
			if err != nil {
				return err
			}
			return s.tell(ctx, tx, &c)
		}))
	}
	return errors.Join(append(failed, s.dropMailed(ctx))...)
}

func (s *Service) due(ctx context.Context) ([]Consultation, error) {
	var list []Consultation
	now := s.rec.Clock.Instant()
	if err := s.rec.DB.Read.NewSelect().Model(&list).
		Where("(cs.said = 'announced' AND cs.opens <= ?) OR (cs.said = 'opened' AND cs.closes <= ?) OR (cs.said = 'closed' AND cs.undisposed = 0)", now, now).
		OrderExpr("cs.id").Limit(200).Scan(ctx); err != nil {
		return nil, fmt.Errorf("look for windows: %w", err)
	}
	var out []Consultation
	for _, c := range list {
		if c.Said != "closed" || c.State(now) == StateEnded {
			out = append(out, c)
		}
	}
	return out, nil
}

// tell brings a consultation's events up to the time.
func (s *Service) tell(ctx context.Context, tx *record.Tx, c *Consultation) error {
	if c.Said == "announced" && !tx.Now.Before(c.Opens) {
		c.Said = "opened"
		tx.Append("consultation.opened", c.ID, c.Scope, record.Public, c.data())
	}
	if c.Said == "opened" && !tx.Now.Before(c.Closes) {
		c.Said = "closed"
		tx.Append("consultation.closed", c.ID, c.Scope, record.Public, c.data())
	}
	if c.Said == "closed" && c.Ended.IsZero() && c.State(tx.Now) == StateEnded {
		s.endTx(tx, c)
	}
	return recount(ctx, tx, c)
}
