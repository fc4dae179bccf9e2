package demo

import (
	"context"
	"fmt"

	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

// pins ties a takeaway or call to the moment at which it was said, where the session has
// a transcript, and to the people on whose interventions it rests.
func (b *builder) pins(code int, text string, from ...int) []documents.Source {
	var out []documents.Source
	if m, ok := b.saying(code, text); ok {
		out = append(out, documents.Source{Kind: floor.SourceSegment, Ref: string(m.Segment), Revision: m.Revision})
	}
	for _, i := range from {
		out = append(out, documents.Source{Kind: reports.SourcePerson, Ref: string(b.persons[i])})
	}
	return out
}

// card fills in the participation card of most reports: counted, estimated, or not, with
// the reason; some have none.
func (b *builder) card(ctx context.Context, tx *record.Tx, s *corpus.Session, x *programme.Session) error {
	onsite, online := 18+s.Code*7%60, 5+s.Code*11%40
	women := (onsite + online) * (38 + s.Code%17) / 100
	speakers := 0
	for _, r := range x.Roles {
		if r.Person != "" && r.Role == programme.Speaker {
			speakers++
		}
	}
	womenSpeak := speakers * (40 + s.Code%20) / 100
	in := reports.CardInput{
		How: reports.Counted, Onsite: fmt.Sprint(onsite), Online: fmt.Sprint(online), Women: fmt.Sprint(women), Men: fmt.Sprint((onsite + online) * 44 / 100),
		Speakers: fmt.Sprint(speakers), SpeakersWomen: fmt.Sprint(womenSpeak), Topic: reports.TopicNo,
	}
	switch s.Code % 9 {
	case 0:
		return nil
	case 1:
		in = reports.CardInput{How: reports.Uncounted, Reason: "The room was full and people came and went.", Topic: reports.TopicPart}
	case 2, 3, 4:
		in.How, in.Men = reports.Estimated, ""
	case 5:
		in.Topic, in.Words = reports.TopicMain, en("Who is asked to speak about infrastructure, and who is not.")
	}
	_, err := b.Reports.SaveCardTx(ctx, tx, b.set, x, in)
	return err
}

// desk sends the reminders whose time has come, and hands a late report over.
func (b *builder) desk() error {
	b.clock.Freeze(b.start.Time())
	if err := b.handedOver(); err != nil {
		return err
	}
	return b.Reports.Remind(b.ctx)
}

// handedOver gives a late report to somebody with an account, who is then reminded.
func (b *builder) handedOver() error {
	accounts, err := b.Authn.DemoAccounts(b.ctx)
	if err != nil {
		return err
	}
	address := ""
	for _, a := range accounts {
		if a.DemoRole == "participant" {
			address = a.Email
		}
	}
	lines, err := b.Reports.Board(b.ctx, actor, b.set, reports.Takeaways)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if !b.start.After(l.Due) || l.Report != nil {
			continue
		}
		found, err := b.Programme.SessionsByID(b.ctx, actor, []core.ID{l.Session.ID})
		if err != nil {
			return err
		}
		x := found[l.Session.ID]
		if _, err := b.Reports.HandOver(b.ctx, actor, b.set, x, reports.HandInput{
			Email: address, Note: "I have to catch my train; the notes are on the desk.",
		}); err != nil {
			return err
		}
		if _, err := b.Reports.RemindNow(b.ctx, actor, b.set, x, reports.Takeaways); err != nil {
			return err
		}
		return b.Reports.Note(b.ctx, actor, b.set, x, reports.Takeaways, reports.RemarkInput{Words: "The rapporteur left early; a colleague takes over and files tonight."})
	}
	return nil
}
