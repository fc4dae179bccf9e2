package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/ledger"
	"plenary/internal/forum/people"
)

func six(en, fr, es, ru, zh, ar string) core.Text {
	return core.Text{Orig: "en", By: map[string]string{"en": en, "fr": fr, "es": es, "ru": ru, "zh": zh, "ar": ar}}
}

// ledger answers some of the calls of the sample's first days, leaves others silent, and
// enters what is known of processes elsewhere.
func (b *builder) ledger() error {
	b.clock.Freeze(b.start.Add(-20 * time.Minute).Time())
	if err := b.ledgerAnswers(); err != nil {
		return err
	}
	processes, err := b.ledgerProcesses()
	if err != nil {
		return err
	}
	if err := b.ledgerTexts(processes); err != nil {
		return err
	}
	return b.ledgerIssues()
}

// answered are the answers to some calls, each by an organisation that is invented; the
// other calls stay silent.
var answered = []struct {
	kind, words, due, contact string
	step, went                string
}{
	{ledger.KindCommitment, "We will publish a first version of what the call asks for, with what it costs, and report on it at the next annual meeting.", "+120", "Programme team", ledger.Progress, "A first version is with our board."},
	{ledger.KindDecline, "We share the aim, but our contracts do not allow it before they end. We will say so again when they do.", "", "Press office", "", ""},
	{ledger.KindAnswer, "Most of what the call asks for is done here already; the page that is linked says what, and what is missing.", "", "Policy desk", "", ""},
}

// answerable are the calls that the sample answers: first those that name an
// organisation, then those to groups that are no public authorities, for the ministries
// of the sample carry the names of real countries.
func answerable(list []ledger.Call) []ledger.Call {
	var named, groups []ledger.Call
	for _, c := range list {
		switch {
		case len(c.Organisations) > 0:
			named = append(named, c)
		case len(c.To) > 0 && !slices.ContainsFunc(c.To, func(code string) bool {
			return !slices.Contains([]string{"private-sector", "technical-community", "civil-society"}, code)
		}):
			groups = append(groups, c)
		}
	}
	return append(named, groups...)
}

func (b *builder) ledgerAnswers() error {
	list, err := b.App.Ledger.List(b.ctx, actor, ledger.Filter{Edition: b.set.ID, Oldest: true, Page: core.Page{Limit: 500}})
	if err != nil {
		return err
	}
	calls := answerable(list.Items)
	for i, x := range answered {
		if i >= len(calls) {
			break
		}
		c := calls[i]
		org, err := b.answering(c, i)
		if err != nil {
			return err
		}
		if !slices.Contains(c.Organisations, org.ID) {
			if err := b.App.Ledger.Address(b.ctx, actor, c.ID, ledger.AddressInput{Version: c.Version, Organisations: []string{string(org.ID)}}); err != nil {
				return fmt.Errorf("address a call: %w", err)
			}
		}
		in := ledger.ClaimInput{
			Organisation: string(org.ID), Kind: x.kind, Words: en(x.words), Contact: x.contact, Due: b.inDays(x.due),
			Links: []ledger.LinkInput{{Title: "Statement on the organisation’s own site", URL: "https://example.org/statement-" + fmt.Sprint(i+1)}},
		}
		made, err := b.App.Ledger.Claim(b.ctx, actor, c.ID, in)
		if err != nil {
			return fmt.Errorf("answer a call: %w", err)
		}
		if x.step == "" {
			continue
		}
		if err := b.App.Ledger.Update(b.ctx, actor, made.ID, ledger.UpdateInput{Version: made.Version, State: x.step, Words: en(x.went)}); err != nil {
			return fmt.Errorf("go on with a commitment: %w", err)
		}
	}
	if len(list.Items) == 0 {
		return nil
	}
	ses, err := b.Programme.SessionsByID(b.ctx, actor, []core.ID{list.Items[0].Session})
	if err != nil {
		return err
	}
	follower, err := b.answering(ledger.Call{To: []string{"civil-society"}}, 1)
	if err != nil {
		return err
	}
	for _, s := range ses {
		_, err = b.App.Ledger.Claim(b.ctx, actor, "", ledger.ClaimInput{
			Organisation: string(follower.ID), Kind: ledger.KindCommitment, Session: s.Path(), Contact: "Research group", Due: b.inDays("+200"),
			Words: en("We will take what was said in this session into our guide to digital justice, and publish the changes."),
		})
		if err != nil {
			return fmt.Errorf("commitment after a session: %w", err)
		}
	}
	return nil
}

// answering is the organisation that answers a call: the one that it names, else one of
// the addressed group.
func (b *builder) answering(c ledger.Call, i int) (people.Organisation, error) {
	if len(c.Organisations) > 0 {
		known, err := b.People.Organisations(b.ctx, c.Organisations[:1])
		return known[c.Organisations[0]], err
	}
	all, err := b.People.Organisations(b.ctx, b.orgIDs)
	if err != nil {
		return people.Organisation{}, err
	}
	skip := i
	for _, id := range b.orgIDs {
		if slices.Contains(c.To, all[id].Kind) {
			if skip == 0 {
				return all[id], nil
			}
			skip--
		}
	}
	return all[b.orgIDs[i%len(b.orgIDs)]], nil
}

// inDays is a day so many days after the start: "+120".
func (b *builder) inDays(s string) string {
	var n int
	if _, err := fmt.Sscan(strings.TrimPrefix(s, "+"), &n); err != nil {
		return ""
	}
	return b.start.Time().AddDate(0, 0, n).Format(time.DateOnly)
}

// ledgerProcesses enters facts about processes elsewhere.
func (b *builder) ledgerProcesses() ([]ledger.Process, error) {
	mile := func(day, until, title string) ledger.MilestoneInput {
		return ledger.MilestoneInput{Day: day, Until: until, Title: en(title)}
	}
	var out []ledger.Process
	for _, in := range []ledger.ProcessInput{
		{
			Name:  six("Global Digital Compact", "Pacte numérique mondial", "Pacto Digital Global", "Глобальный цифровой договор", "全球数字契约", "الميثاق الرقمي العالمي"),
			About: en("A compact of the Member States of the United Nations on digital cooperation, negotiated after consultations with all stakeholders and adopted as an annex to the Pact for the Future."),
			URL:   "https://www.un.org/global-digital-compact",
			Milestones: []ledger.MilestoneInput{
				mile("2021-09", "", "The Secretary-General proposes a compact in “Our Common Agenda”"),
				mile("2023", "", "Consultations and thematic discussions"),
				mile("2024-09-22", "", "Adopted as annex I to the Pact for the Future, General Assembly resolution 79/1"),
			},
		},
		{
			Name:  six("Twenty-year review of the World Summit on the Information Society", "Examen à vingt ans du Sommet mondial sur la société de l’information", "Examen a los veinte años de la Cumbre Mundial sobre la Sociedad de la Información", "Двадцатилетний обзор итогов Всемирной встречи на высшем уровне по вопросам информационного общества", "信息社会世界峰会二十年审查", "استعراض العشرين عامًا لنتائج القمة العالمية لمجتمع المعلومات"),
			About: en("The overall review of how the outcomes of the World Summit on the Information Society are implemented, asked for by General Assembly resolution 70/125. It also concerns the mandate of this forum."),
			Milestones: []ledger.MilestoneInput{
				mile("2015-12-16", "", "General Assembly resolution 70/125 asks for a review in 2025"),
				mile("2024-05-27", "2024-05-31", "WSIS+20 Forum High-Level Event in Geneva"),
				mile("2025-12", "", "High-level meeting of the General Assembly"),
			},
		},
		{
			Name:  six("Commission on Science and Technology for Development", "Commission de la science et de la technique au service du développement", "Comisión de Ciencia y Tecnología para el Desarrollo", "Комиссия по науке и технике в целях развития", "科学和技术促进发展委员会", "اللجنة المعنية بتسخير العلم والتكنولوجيا لأغراض التنمية"),
			About: en("The commission of the Economic and Social Council that follows, each year, how the outcomes of the World Summit on the Information Society are implemented."),
			Milestones: []ledger.MilestoneInput{
				mile("2023-03-27", "2023-03-31", "Twenty-sixth session in Geneva"),
				mile("2024-04-15", "2024-04-19", "Twenty-seventh session in Geneva"),
				mile("2025-04-07", "2025-04-11", "Twenty-eighth session in Geneva"),
			},
		},
	} {
		p, err := b.App.Ledger.SaveProcess(b.ctx, actor, "", in)
		if err != nil {
			return nil, fmt.Errorf("process %s: %w", in.Name.String(), err)
		}
		out = append(out, p)
	}
	return out, nil
}

// ledgerTexts enters outside documents, one that is invented and cites the sample, and
// the distribution log of the sample's Messages.
func (b *builder) ledgerTexts(processes []ledger.Process) error {
	var ids []core.ID
	for _, in := range []ledger.ReferenceInput{
		{Title: en("The Pact for the Future, with the Global Digital Compact"), Symbol: "A/RES/79/1", URL: "https://docs.un.org/en/A/RES/79/1", Issuer: "General Assembly of the United Nations", Day: "2024-09-22", Process: string(processes[0].ID)},
		{Title: en("Outcome document of the high-level meeting on the overall review of the implementation of the outcomes of the World Summit on the Information Society"), Symbol: "A/RES/70/125", URL: "https://docs.un.org/en/A/RES/70/125", Issuer: "General Assembly of the United Nations", Day: "2015-12-16", Process: string(processes[1].ID)},
		{Title: en("An invented briefing note on the sample’s Messages"), Issuer: b.corpus.Organisations[0].Name, Day: b.start.Time().Format(time.DateOnly)},
	} {
		r, err := b.App.Ledger.SaveReference(b.ctx, actor, "", in)
		if err != nil {
			return fmt.Errorf("outside document: %w", err)
		}
		ids = append(ids, r.ID)
	}
	address := b.set.Path() + "/messages"
	if err := b.App.Ledger.Cite(b.ctx, actor, ids[2], ledger.CiteInput{Where: address + "/1", Place: "page 2", Quote: "as the first Message of the meeting says"}); err != nil {
		return fmt.Errorf("citation: %w", err)
	}
	if _, err := b.App.Ledger.Deliver(b.ctx, actor, ledger.DeliveryInput{
		Where: address, Day: b.start.Time().Format(time.DateOnly), By: "Secretariat", To: "All who registered for the sample", Form: "mail", Receipt: "412 of 418 delivered",
	}); err != nil {
		return fmt.Errorf("distribution log: %w", err)
	}
	list, err := b.App.Ledger.List(b.ctx, actor, ledger.Filter{Edition: b.set.ID, Oldest: true, Page: core.Page{Limit: 3}})
	if err != nil {
		return err
	}
	for i, c := range list.Items {
		ses, err := b.Programme.SessionsByID(b.ctx, actor, []core.ID{c.Session})
		if err != nil {
			return err
		}
		if x := ses[c.Session]; x != nil {
			err := b.App.Ledger.Mention(b.ctx, actor, ids[i%2], ledger.MentionInput{Where: x.Path(), Note: "A speaker read from it."})
			if err != nil && core.KindOf(err) != core.KindConflict { // two calls of one session
				return fmt.Errorf("mention: %w", err)
			}
		}
	}
	return nil
}

// ledgerIssues defines two topics and attaches what the record says of them.
func (b *builder) ledgerIssues() error {
	for _, in := range []ledger.IssueInput{
		{
			Name:  six("Access where networks do not reach", "L’accès là où les réseaux n’arrivent pas", "Acceso donde no llegan las redes", "Доступ там, куда не доходят сети", "网络未及之处的接入", "النفاذ حيث لا تصل الشبكات"),
			About: en("How communities without a commercial network come online, who owns what is built, and how it lasts."),
			Words: "landing stations\ncommunity networks\nrural access\nuniversal service\nislands\ndigital divide",
		},
		{
			Name:  six("Human rights online", "Les droits de l’homme en ligne", "Los derechos humanos en línea", "Права человека в Интернете", "网上人权", "حقوق الإنسان على الإنترنت"),
			About: en("That people have the same rights online as offline, and what has to be done for it."),
			Words: "human rights\nfreedom of expression\nshutdowns\nrights in the digital world\nrestricts access\nencryption\nremedy",
		},
	} {
		i, err := b.App.Ledger.SaveIssue(b.ctx, actor, "", in)
		if err != nil {
			return fmt.Errorf("issue: %w", err)
		}
		found, err := b.App.Ledger.Suggest(b.ctx, actor, "en", i)
		if err != nil {
			return err
		}
		var items []ledger.Item
		for _, f := range found {
			items = append(items, ledger.Item{Kind: f.Thing.Kind, Ref: f.Thing.Ref, Note: f.Word})
		}
		if err := b.App.Ledger.AttachAll(b.ctx, actor, i.Slug, items); err != nil {
			return fmt.Errorf("attach to an issue: %w", err)
		}
	}
	return nil
}
