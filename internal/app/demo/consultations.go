package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/papers"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
)

// remark is an invented comment: about words of a paragraph, about a paragraph, or about
// the whole text (para 0).
type remark struct {
	lang, body, proposal string
}

var remarks = []remark{
	{"en", "Say who pays for upkeep. A mast without a mechanic is a pole.", ""},
	{"fr", "Précisez le calendrier : sans date, personne ne se sentira responsable.", ""},
	{"es", "Falta decir cómo se medirá el avance y quién publicará los datos.", ""},
	{"ar", "ينبغي ذكر المجتمعات المحلية صراحةً، فهي التي تتحمل النتائج.", ""},
	{"en", "Please add small island states: their costs differ by an order of magnitude.", ""},
	{"ru", "Уточните, к кому обращён этот призыв: к регуляторам или к операторам.", ""},
	{"zh", "建议补充对无障碍服务的要求。", ""},
	{"en", "“Should” is weaker than what the session heard. Most speakers said “must”.", ""},
	{"fr", "La formulation actuelle oublie les langues minoritaires.", ""},
	{"es", "Proponemos nombrar a los reguladores nacionales entre los destinatarios.", ""},
	{"en", "We support this paragraph as it stands.", ""},
	{"ar", "نؤيد هذه الفقرة ونقترح إضافة موعد للمراجعة.", ""},
	{"en", "This repeats the paragraph before. Merge the two.", ""},
	{"en", "The evidence comes from two countries only. Say so.", ""},
	{"fr", "Ajoutez une référence aux travaux de la coalition sur l’accessibilité.", ""},
	{"en", "Whoever collects the figures should publish the method with them.", ""},
	{"es", "El texto no dice nada sobre los costos para los operadores pequeños.", ""},
	{"ru", "Просим указать источник этих данных.", ""},
	{"zh", "请说明该措施如何适用于中小型企业。", ""},
	{"en", "Children are users too; name them here.", ""},
	{"ar", "نرجو توضيح المقصود بعبارة «المصلحة العامة».", ""},
}

// consultations opens the draft Messages of the sample for review, with comments from all
// groups and in six languages, and shows a review of a coalition's paper that is answered.
func (b *builder) consultations() error {
	people, err := b.commenters(30)
	if err != nil {
		return err
	}
	if err := b.answeredReview(people); err != nil {
		return err
	}
	return b.openReview(people)
}

// commenter is somebody of the sample with an account, and who she says she is.
type commenter struct {
	actor core.Actor
	in    consultations.CommentInput
}

// commenters gives accounts to people of the sample, of every group and region.
func (b *builder) commenters(n int) ([]commenter, error) {
	b.clock.Freeze(b.start.Add(-38 * 24 * time.Hour).Time())
	held, err := b.Authn.ByPerson(b.ctx, b.persons)
	if err != nil {
		return nil, err
	}
	var out []commenter
	seen := map[string]int{}
	err = b.write(func(ctx context.Context, tx *record.Tx) error {
		for i, p := range b.corpus.People {
			region := b.Vocab.RegionOf(p.Country)
			key := p.Group + " " + region
			if _, taken := held[b.persons[i]]; taken || len(out) == n || seen[key] == 1 || !b.Vocab.Has("stakeholder-group", p.Group) {
				continue
			}
			seen[key]++
			acc, err := b.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: p.Email, Name: p.Name, Lang: "en", Person: b.persons[i]})
			if err != nil {
				return fmt.Errorf("account of %s: %w", p.Name, err)
			}
			in := consultations.CommentInput{Name: p.Name, Group: p.Group, Region: region, Country: p.Country, Mails: consultations.MailNone}
			if p.Org >= 0 {
				in.Organisation = b.corpus.Organisations[p.Org].Name
			}
			out = append(out, commenter{acc.Actor(), in})
		}
		return nil
	})
	return out, err
}

// openReview is going on: 42 comments, some supported, some answers drafted.
func (b *builder) openReview(people []commenter) error {
	docs, err := b.Documents.Of(b.ctx, "messages", b.set.ID)
	if err != nil {
		return err
	}
	doc := docs[b.set.ID][0]
	rev, err := b.Documents.Revision(b.ctx, doc.ID, doc.Published)
	if err != nil {
		return err
	}
	at := b.start.Add(-28 * time.Minute)
	b.clock.Freeze(at.Time())
	in := consultations.Usual(at)
	in.Title = doc.Title
	in.Notice = en("This is the draft of the Messages. Tell us where they miss what was said, where a word is too strong or too weak, and what you would write instead. Every comment is answered here, by number.")
	in.PrivateNotes, in.Late = true, true
	c, err := b.Consultations.Open(b.ctx, actor, doc.ID, in)
	if err != nil {
		return err
	}
	var paras []documents.Paragraph
	for _, p := range rev.Paragraphs {
		if p.Kind != documents.Heading {
			paras = append(paras, p)
		}
	}
	for i := range 42 {
		b.clock.Freeze(at.Add(time.Duration(i+1) * 30 * time.Second).Time())
		who, r := people[i%len(people)], remarks[i%len(remarks)]
		in := who.in
		in.Lang, in.Body, in.Proposal = r.lang, r.body, r.proposal
		p := paras[(i*7)%len(paras)]
		switch i % 6 {
		case 0: // on words
			in.Para, in.Quote = p.ID, firstWords(p, 6)
		case 1: // with other words
			in.Para, in.Quote = p.ID, firstWords(p, 5)
			if r.lang == "en" {
				in.Proposal = in.Quote + ", within two years,"
			}
		case 5:
			if i%12 != 5 {
				in.Para = p.ID
			}
		default:
			in.Para = p.ID
		}
		if _, err := b.Consultations.Comment(b.ctx, who.actor, c.Ref, consultations.ViaPage, in); err != nil {
			return fmt.Errorf("comment %d: %w", i+1, err)
		}
	}
	for i := range 36 {
		if err := b.Consultations.Support(b.ctx, people[(i*5+3)%len(people)].actor, c.Ref, 1+(i*i)%11, true); err != nil && core.KindOf(err) != core.KindConflict {
			return err
		}
	}
	for _, d := range []struct {
		n    int
		what string
		why  string
	}{
		{1, consultations.Accepted, "Upkeep was in the session’s takeaways and was lost in drafting."},
		{4, consultations.InPart, "Communities are named; the list of consequences stays short."},
		{13, consultations.Rejected, "The two paragraphs rest on different sessions."},
	} {
		if err := b.Consultations.Dispose(b.ctx, actor, c.Ref, d.n, consultations.DisposeInput{Disposition: d.what, Reason: en(d.why)}); err != nil {
			return err
		}
	}
	return nil
}

// firstWords are the first words of a paragraph, if they stand there once.
func firstWords(p documents.Paragraph, n int) string {
	words := strings.Fields(p.Text.String())
	quote := strings.Join(words[:min(n, len(words))], " ")
	if strings.Count(strings.Join(words, " "), quote) != 1 {
		return ""
	}
	return quote
}

// answeredReview is over: every comment has its answer, and version 2 says which led to
// which change.
func (b *builder) answeredReview(people []commenter) error {
	start := b.start.Add(-37 * 24 * time.Hour)
	b.clock.Freeze(start.Time())
	body, err := b.App.Bodies.BySlug(b.ctx, "dynamic-coalition", "sample-dc-village")
	if err != nil {
		return err
	}
	text := `# Why a register
Nobody knows how many village networks there are. Public funds cannot count what no register holds.

# What it should hold
A register should hold the name of the owner, the number of masts and the year of the last repair.

It should not hold the names of users.

# Who keeps it
The coalition keeps the register and publishes it once a year.`
	in := paper(papers.PaperKind, "A register of village networks", b.corpus.Edition.Days[0].Date, text)
	p, err := b.Papers.Add(b.ctx, actor, papers.Place{Body: body.ID, Edition: b.set.ID}, in)
	if err != nil {
		return err
	}
	if p, err = b.Papers.Publish(b.ctx, actor, p.ID, papers.PublishInput{Version: p.Version}); err != nil {
		return err
	}
	open := consultations.Usual(start)
	open.Title, open.Notice = p.Title, en("The coalition asks for comments on its paper before it presents it at the meeting.")
	open.ClosesDay, open.ReplyDays = start.Add(25*24*time.Hour).Time().Format(time.DateOnly), 30
	c, err := b.Consultations.Open(b.ctx, actor, p.Document, open)
	if err != nil {
		return err
	}
	for i, r := range []struct {
		para, quote string
		r           remark
	}{
		{"p2", "Nobody knows", remark{"en", "Some regulators do know. Say “few know”.", "Few know"}},
		{"p4", "the number of masts", remark{"fr", "Le nombre de mâts change chaque mois ; indiquez plutôt les villages desservis.", "the villages that it serves"}},
		{"p5", "", remark{"es", "Muy importante: los usuarios no deben figurar.", ""}},
		{"p7", "once a year", remark{"ar", "مرة في السنة قليلة؛ الأفضل كل ستة أشهر.", "twice a year"}},
		{"p7", "once a year", remark{"ru", "Раз в год — слишком редко.", ""}},
		{"", "", remark{"zh", "支持建立登记册。", ""}},
	} {
		b.clock.Freeze(start.Add(time.Duration(i*3+2) * 24 * time.Hour).Time())
		who := people[i*4%len(people)]
		if i == 1 { // one of them is offered at the sign-in, so that her word can be given
			if who, err = b.participant(who); err != nil {
				return err
			}
		}
		ci := who.in
		ci.Para, ci.Quote, ci.Lang, ci.Body, ci.Proposal = r.para, r.quote, r.r.lang, r.r.body, r.r.proposal
		if _, err := b.Consultations.Comment(b.ctx, who.actor, c.Ref, consultations.ViaPage, ci); err != nil {
			return fmt.Errorf("comment %d on the paper: %w", i+1, err)
		}
	}
	b.clock.Freeze(start.Add(28 * 24 * time.Hour).Time())
	if p, _, err = b.Papers.Get(b.ctx, actor, p.ID); err != nil {
		return err
	}
	in.Version = p.Version
	in.Text = en(strings.NewReplacer("Nobody knows", "Few know", "the number of masts", "the villages that it serves", "once a year", "twice a year").Replace(text))
	if p, err = b.Papers.Edit(b.ctx, actor, p.ID, in, false); err != nil {
		return err
	}
	if _, err = b.Papers.Publish(b.ctx, actor, p.ID, papers.PublishInput{Version: p.Version, Note: "After the public review."}); err != nil {
		return err
	}
	for _, d := range []struct {
		n    int
		what string
		why  string
		of   int
		at   string
		sent int
	}{
		{1, consultations.Accepted, "Two regulators publish such figures.", 0, "p2", 1},
		{2, consultations.Accepted, "Villages are what funds ask for.", 0, "p4", 1},
		{3, consultations.Accepted, "The sentence stays as it is.", 0, "", 0},
		{4, consultations.Accepted, "Twice a year is possible.", 0, "p7", 1},
		{5, consultations.Duplicate, "", 4, "", 0},
		{6, consultations.OutOfScope, "Thank you. The comment asks for no change.", 0, "", 0},
	} {
		in := consultations.DisposeInput{Disposition: d.what, DuplicateOf: d.of, Publish: true}
		if d.why != "" {
			in.Reason = en(d.why)
		}
		if d.at != "" {
			in.Changes = []consultations.ChangeInput{{Revision: 2, Para: d.at, Sentence: d.sent}}
		}
		if err := b.Consultations.Dispose(b.ctx, actor, c.Ref, d.n, in); err != nil {
			return fmt.Errorf("answer %d: %w", d.n, err)
		}
	}
	if err := b.Consultations.Say(b.ctx, people[0].actor, c.Ref, 1, consultations.Satisfied, ""); err != nil {
		return err
	}
	return b.Consultations.Tell(b.ctx)
}

// participant is the demo's participant, with what somebody else of her kind states.
func (b *builder) participant(like commenter) (commenter, error) {
	list, err := b.Authn.DemoAccounts(b.ctx)
	if err != nil {
		return like, err
	}
	for _, a := range list {
		if a.DemoRole == "participant" {
			in := like.in
			in.Name, in.Mails = a.Name, consultations.MailNone
			return commenter{a.Actor(), in}, nil
		}
	}
	return like, errors.New("nobody takes part")
}
