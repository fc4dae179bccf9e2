package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

// ownBodies makes the tracks of the sample edition. The bodies that its sessions belong
// to otherwise stand among the facts, or are named in the session's organisers.
func (b *builder) ownBodies(ctx context.Context, tx *record.Tx) error {
	b.bodyIDs = map[string]core.ID{}
	for _, body := range b.corpus.Bodies {
		if body.Kind != "track" {
			continue
		}
		made, err := b.App.Bodies.CreateTx(ctx, tx, bodies.New{Kind: "track", Name: bodyName(body), Slug: "sample-" + body.Key})
		if err != nil {
			return fmt.Errorf("body %s: %w", body.Name, err)
		}
		b.bodyIDs[body.Key] = made.ID
	}
	return nil
}

func bodyName(body corpus.Body) core.Text {
	if t := text(body.Names); !t.IsZero() {
		return t
	}
	return en(body.Name)
}

func minuteOf(day string, minute int, zone string) (core.Instant, error) {
	return core.WallTime(day, fmt.Sprintf("%02d:%02d", minute/60, minute%60), zone)
}

func (b *builder) sessions() error {
	b.clock.Freeze(time.Date(2026, 9, 4, 8, 0, 0, 0, time.UTC))
	b.made = map[int]*programme.Session{}
	days := b.corpus.Edition.Days
	for day := range days {
		if err := b.write(func(ctx context.Context, tx *record.Tx) error {
			for i := range b.corpus.Sessions {
				s := &b.corpus.Sessions[i]
				if s.Day != day {
					continue
				}
				if err := b.session(ctx, tx, s, days[day].Date); err != nil {
					return fmt.Errorf("session %d: %w", s.Code, err)
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	if err := b.write(b.relations); err != nil {
		return err
	}
	return b.cancel()
}

func (b *builder) session(ctx context.Context, tx *record.Tx, s *corpus.Session, day string) error {
	t := programme.TypeNamed(b.types, s.Type)
	if t == nil {
		return fmt.Errorf("no type %s", s.Type)
	}
	in := programme.NewSession{Type: t.ID, Number: s.Code, State: programme.StateScheduled, Room: b.set.Rooms[s.Room].ID, Texts: b.texts(s)}
	var err error
	if in.Starts, err = minuteOf(day, s.Start, b.set.Zone); err != nil {
		return err
	}
	if in.Ends, err = minuteOf(day, s.End(), b.set.Zone); err != nil {
		return err
	}
	if id, ok := b.bodyIDs[s.Track]; ok {
		in.Standing.Tracks = []core.ID{id}
	}
	x, err := b.Programme.CreateTx(ctx, tx, b.set, in)
	if err != nil {
		return err
	}
	b.made[s.Code] = x
	var roles []programme.RoleInput
	for _, o := range s.Organisers {
		roles = append(roles, programme.RoleInput{Organisation: b.orgIDs[o], Role: programme.Organiser})
	}
	for _, o := range s.CoOrganisers {
		roles = append(roles, programme.RoleInput{Organisation: b.orgIDs[o], Role: programme.CoOrganiser})
	}
	for _, r := range s.Roles {
		role := map[string]string{"onsite-moderator": programme.ModeratorOnsite, "online-moderator": programme.ModeratorOnline}[r.Role]
		if role == "" {
			role = r.Role
		}
		roles = append(roles, programme.RoleInput{Person: b.persons[r.Person], Role: role})
	}
	_, err = b.Programme.AddRolesTx(ctx, tx, b.set, x, roles)
	return err
}

// cancel cancels the sessions that were called off a week before.
func (b *builder) cancel() error {
	b.clock.Freeze(b.start.Add(-7 * 24 * time.Hour).Time())
	for _, s := range b.corpus.Sessions {
		if s.State != corpus.Cancelled {
			continue
		}
		x, err := b.Programme.Session(b.ctx, actor, b.set, b.made[s.Code].Ref)
		if err != nil {
			return err
		}
		if _, err := b.Programme.Cancel(b.ctx, actor, b.set, x.Ref, programme.CancelInput{Version: x.Version}); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) texts(s *corpus.Session) programme.EditInput {
	in := programme.EditInput{
		Title: text(s.Title), Theme: b.set.Themes[s.Theme].ID, Tags: strings.Join(s.Tags, "\n"), SDGs: slices.Clone(s.SDGs),
		ActionLines: slices.Clone(s.ActionLines), Language: s.Language, OpenFloorMinutes: s.OpenFloorMinutes,
	}
	if b.Vocab.Has("session-format", s.Format) {
		in.Format = s.Format
	}
	for _, lang := range core.Langs {
		if paras := s.Description[lang]; len(paras) > 0 {
			in.Description = in.Description.With(lang, strings.Join(paras, "\n\n"))
		}
	}
	for _, q := range s.GuidingQuestions {
		in.GuidingQuestions = append(in.GuidingQuestions, programme.PointInput{Text: en(q)})
	}
	var agenda []string
	for _, item := range s.Agenda {
		agenda = append(agenda, fmt.Sprintf("%d′ %s", item.Minutes, item.Text))
	}
	in.Agenda = core.NewText("en", strings.Join(agenda, "\n\n"))
	for _, q := range b.set.Questions {
		if slices.Contains(s.Questions, q.Question.String()) {
			in.Questions = append(in.Questions, q.ID)
		}
	}
	return in
}

// relations ties each session to those that it feeds (E061).
func (b *builder) relations(ctx context.Context, tx *record.Tx) error {
	for i := range b.corpus.Sessions {
		s := &b.corpus.Sessions[i]
		for _, to := range s.Feeds {
			if other := b.made[to]; other != nil {
				if err := b.Programme.RelateTx(ctx, tx, b.set, b.made[s.Code], other.ID, programme.Feeds, core.Text{}); err != nil {
					return fmt.Errorf("session %d feeds %d: %w", s.Code, to, err)
				}
			}
		}
	}
	return nil
}

var calledOn = map[string]string{
	"parliamentarians": "parliaments", "academia": "technical-community", "media": "", "youth": "youth",
}

// reports writes what each session has left behind by now, at the time at which its
// rapporteur did.
func (b *builder) reports() error {
	b.documents = map[int]core.ID{}
	type due struct {
		s  *corpus.Session
		at core.Instant
	}
	var list []due
	for i := range b.corpus.Sessions {
		s := &b.corpus.Sessions[i]
		if x := b.made[s.Code]; s.Report.Published() || s.Report.State == corpus.ReportDraft {
			list = append(list, due{s, x.Ends.Add(time.Duration(max(20, s.Report.After)) * time.Minute)})
		}
	}
	slices.SortStableFunc(list, func(x, y due) int { return x.at.Time().Compare(y.at.Time()) })
	for _, d := range list {
		if b.start.Before(d.at) {
			d.at = b.start.Add(-time.Minute)
		}
		b.clock.Freeze(d.at.Time())
		if err := b.report(d.s); err != nil {
			return fmt.Errorf("session %d: %w", d.s.Code, err)
		}
	}
	return nil
}

func (b *builder) report(s *corpus.Session) error {
	x := b.made[s.Code]
	by := actor
	for _, r := range s.Roles {
		if r.Role == "rapporteur" {
			by.Person = b.persons[r.Person]
		}
	}
	var in reports.TakeawaysInput
	for _, t := range s.Takeaways {
		in.Takeaways = append(in.Takeaways, reports.TakeawayInput{Text: en(t.Text), Sources: b.pins(s.Code, t.Text, t.From...)})
	}
	for _, c := range s.Calls {
		call := reports.CallInput{Text: en(c.Text), Sources: b.pins(s.Code, c.Text)}
		code, ok := calledOn[c.Group]
		if !ok {
			code = c.Group
		}
		switch {
		case c.Org >= 0:
			call.Orgs = []string{string(b.orgIDs[c.Org])}
		case code != "" && b.Vocab.Has("addressee", code):
			call.To = []string{code}
		default:
			call.ToAs = c.Group
		}
		in.Calls = append(in.Calls, call)
	}
	if len(in.Takeaways) == 0 {
		in.Takeaways = []reports.TakeawayInput{{Text: en("Notes of the rapporteur, still to be put in order.")}}
	}
	return b.Record.Write(b.ctx, by, func(ctx context.Context, tx *record.Tx) error {
		r, err := b.Reports.ImportTx(ctx, tx, b.set, x, in)
		if err != nil {
			return err
		}
		b.documents[s.Code] = r.Document
		if s.Report.Published() {
			if err = b.card(ctx, tx, s, x); err != nil {
				return err
			}
			_, err = b.Reports.PublishTx(ctx, tx, b.set, x, reports.Takeaways, "")
		}
		return err
	})
}

// messages drafts the sample's Messages and shows the draft.
func (b *builder) messages() error {
	b.clock.Freeze(b.start.Add(-30 * time.Minute).Time())
	degrees := map[string]string{"divergent": "diverse-views"}
	var list []messages.Imported
	for _, m := range b.corpus.Messages {
		g := messages.Imported{Theme: b.set.Themes[m.Theme].ID, Heading: text(m.Title)}
		msg := messages.ImportedMessage{Degrees: map[int]string{}, Sources: []documents.Source{}}
		var sentences []string
		for i, s := range m.Sentences {
			sentences = append(sentences, s.Text)
			degree := s.Support
			if d, ok := degrees[degree]; ok {
				degree = d
			}
			if b.Vocab.Has("support", degree) {
				msg.Degrees[i+1] = degree
			}
			for _, src := range s.Sources {
				if doc, ok := b.documents[src.Session]; ok {
					msg.Sources = append(msg.Sources, documents.Source{
						Sentence: i + 1, Kind: messages.SourceTakeaway, Ref: documents.ParaRef(doc, fmt.Sprintf("p%d", src.Takeaway+1)), Revision: 1,
					})
				}
			}
		}
		msg.Text = en(strings.Join(sentences, " "))
		if m.Dissent != nil {
			by := b.Vocab.Label("stakeholder-group", m.Dissent.Group).String()
			msg.Dissent = []documents.Dissent{{By: by, Text: en(m.Dissent.Text)}}
		}
		var sources [][]corpus.Source
		for _, s := range m.Sentences {
			sources = append(sources, s.Sources)
		}
		b.drafted(len(list), &msg, sources)
		g.Messages = append(g.Messages, msg)
		list = append(list, g)
	}
	return b.write(func(ctx context.Context, tx *record.Tx) error {
		if _, err := b.Messages.ImportTx(ctx, tx, b.set, list); err != nil {
			return err
		}
		if err := b.Messages.SetAboutTx(ctx, tx, b.set, messages.AboutInput{
			Note:    en("These Messages gather what sessions of this invented edition found. They reflect what was said there and bind nobody."),
			Licence: "CC-BY-4.0",
		}); err != nil {
			return err
		}
		return b.Messages.PublishTx(ctx, tx, b.set, false, "")
	})
}
