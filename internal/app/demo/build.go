package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/app"
	"plenary/internal/app/demo/corpus"
	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
)

// builder makes the demo, one step after the other.
type builder struct {
	*app.App
	ctx    context.Context
	clock  *core.Clock
	corpus *corpus.Corpus
	say    func(format string, args ...any)
	start  core.Instant

	set       *editions.Setting
	types     []programme.Type
	orgIDs    []core.ID
	persons   []core.ID
	made      map[int]*programme.Session // by code
	bodyIDs   map[string]core.ID
	documents map[int]core.ID        // document of the takeaways, by code
	moments   map[int][]floor.Moment // what was said, by code

	registered []*participation.Registration
	joining    []core.Actor     // who ask to join a delegation
	applied    map[core.ID]bool // accounts that have applied for travel support
}

func text(t corpus.Text) core.Text {
	out := core.Text{}
	for _, lang := range core.Langs { // English first: it is the original
		if s := t[lang]; s != "" {
			out = out.With(lang, s)
		}
	}
	return out
}

func (b *builder) facts() error {
	list, err := facts(b.Vocab)
	if err != nil {
		return err
	}
	if err := b.write(func(ctx context.Context, tx *record.Tx) error {
		if err := b.Editions.SetForumTx(ctx, tx, forum()); err != nil {
			return err
		}
		for _, f := range list {
			if err := b.edition(ctx, tx, f); err != nil {
				return fmt.Errorf("edition %s: %w", f.input.Slug, err)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return b.write(b.mainSessions)
}

// forum is the IGF with the instruments that founded and renewed it.
func forum() editions.ForumInput {
	return editions.ForumInput{
		Name: core.Text{Orig: "en", By: map[string]string{
			"en": "Internet Governance Forum", "fr": "Forum sur la gouvernance de l’Internet", "es": "Foro para la Gobernanza de Internet",
			"ru": "Форум по вопросам управления Интернетом", "zh": "互联网治理论坛", "ar": "منتدى حوكمة الإنترنت",
		}},
		Short: "IGF",
		About: core.Text{Orig: "en", By: map[string]string{
			"en": "An open forum on public policy about the Internet, in which governments, the private sector, civil society, the technical community and intergovernmental organisations meet as equals. This is a demonstration: past editions are shown as facts, and one sample edition is invented.",
			"fr": "Un forum ouvert sur les politiques publiques relatives à l’Internet, où gouvernements, secteur privé, société civile, communauté technique et organisations intergouvernementales se rencontrent sur un pied d’égalité. Ceci est une démonstration : les éditions passées sont des faits, une édition d’exemple est inventée.",
			"es": "Un foro abierto sobre políticas públicas de Internet en el que gobiernos, sector privado, sociedad civil, comunidad técnica y organizaciones intergubernamentales se reúnen en pie de igualdad. Esto es una demostración: las ediciones pasadas son hechos y una edición de muestra es inventada.",
			"ru": "Открытый форум по вопросам государственной политики в области Интернета, где правительства, частный сектор, гражданское общество, техническое сообщество и межправительственные организации встречаются на равных. Это демонстрация: прошлые совещания показаны как факты, одно совещание вымышлено.",
			"zh": "讨论互联网公共政策的开放论坛，政府、私营部门、民间社会、技术界和政府间组织平等参与。这是演示：往届会议为事实，另有一届示例会议为虚构。",
			"ar": "منتدى مفتوح للسياسات العامة المتعلقة بالإنترنت تلتقي فيه الحكومات والقطاع الخاص والمجتمع المدني والأوساط التقنية والمنظمات الحكومية الدولية على قدم المساواة. هذا عرض توضيحي: الدورات السابقة حقائق، ودورة نموذجية واحدة مختلقة.",
		}},
		Mandates: []editions.MandateInput{
			{Instrument: en("Tunis Agenda for the Information Society, paragraph 72"), Symbol: "WSIS-05/TUNIS/DOC/6(Rev.1)", From: "2005-11-18", Until: "2010-12-31"},
			{Instrument: en("General Assembly resolution 65/141"), Symbol: "A/RES/65/141", From: "2011-01-01", Until: "2015-12-31"},
			{Instrument: en("General Assembly resolution 70/125"), Symbol: "A/RES/70/125", From: "2016-01-01", Until: "2025-12-31", Review: "2025-12-31"},
		},
	}
}

func (b *builder) edition(ctx context.Context, tx *record.Tx, f fact) error {
	e, err := b.Editions.AddTx(ctx, tx, f.input)
	if err != nil {
		return err
	}
	set := &editions.Setting{Edition: e}
	if len(f.places.Venues)+len(f.places.Rooms) > 0 {
		f.places.Version = set.Version
		if err := b.Editions.SetPlacesTx(ctx, tx, set, f.places); err != nil {
			return err
		}
	}
	if len(f.themes.Themes) > 0 {
		f.themes.Version = set.Version
		if err := b.Editions.SetThemesTx(ctx, tx, set, f.themes); err != nil {
			return err
		}
	}
	if len(f.figures) > 0 {
		if err := b.Editions.SetFiguresTx(ctx, tx, set, f.figures); err != nil {
			return err
		}
	}
	_, err = b.Programme.AddDefaultTypesTx(ctx, tx, set)
	return err
}

// mainSessions adds the sessions of past editions that the sources name.
func (b *builder) mainSessions(ctx context.Context, tx *record.Tx) error {
	rows, err := table(sessionsCSV)
	if err != nil {
		return fmt.Errorf("read sessions: %w", err)
	}
	for _, r := range rows {
		slug := map[string]string{
			"Main Session": "main", "Workshop": "workshop", "Town Hall": "town-hall", "Networking Session": "networking", "Day 0": "day-zero",
			"Ceremony": "ceremony", "Open Mic": "open-mic", "Open Forum": "open-forum",
		}[r["type"]]
		if slug == "" {
			continue
		}
		set, err := b.Editions.SettingBySlugTx(ctx, tx, r["year"])
		if err != nil {
			return err
		}
		types, err := b.Programme.TypesTx(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		in := programme.NewSession{
			Type: programme.TypeNamed(types, slug).ID, State: programme.StateScheduled, Day: r["day"],
			Texts: programme.EditInput{Title: en(r["title"])},
		}
		if n := strings.LastIndexByte(r["code"], '#'); n >= 0 {
			if _, err := fmt.Sscan(r["code"][n+1:], &in.Number); err != nil {
				return fmt.Errorf("session %s: %w", r["code"], err)
			}
		}
		for _, t := range []struct {
			column string
			to     *core.Instant
		}{{"start", &in.Starts}, {"end", &in.Ends}} {
			if date, clock, ok := strings.Cut(r[t.column], "T"); ok {
				if *t.to, err = core.WallTime(date, clock, r["tz"]); err != nil {
					return err
				}
			}
		}
		if room := set.RoomNamed(r["room"]); room != nil {
			in.Room = room.ID
		}
		if _, err := b.Programme.CreateTx(ctx, tx, set, in); err != nil {
			return fmt.Errorf("session %q: %w", r["title"], err)
		}
	}
	return nil
}

func (b *builder) bodies() error { return b.write(b.Bodies.SeedIGF) }

// frame makes the sample edition.
func (b *builder) frame() error {
	b.clock.Freeze(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	c := b.corpus.Edition
	return b.write(func(ctx context.Context, tx *record.Tx) error {
		e, err := b.Editions.AddTx(ctx, tx, editions.EditionInput{
			Slug: c.Slug, Name: text(c.Name), Theme: text(c.Theme), City: text(c.City), Zone: c.Zone, State: editions.StatePublic,
			FirstDay: c.Days[0].Date, LastDay: c.Days[len(c.Days)-1].Date, DayZero: c.Days[0].Date, DatesCountDayZero: true, Sample: true,
		})
		if err != nil {
			return err
		}
		set := &editions.Setting{Edition: e}
		places := editions.PlacesInput{Version: set.Version}
		for _, r := range b.corpus.Rooms {
			places.Rooms = append(places.Rooms, editions.RoomInput{Name: text(r.Name), Capacity: r.Capacity, Informal: r.Kind == "stage"})
		}
		if err := b.Editions.SetPlacesTx(ctx, tx, set, places); err != nil {
			return err
		}
		themes := editions.ThemesInput{Version: set.Version}
		for _, t := range b.corpus.Themes {
			themes.Themes = append(themes.Themes, editions.ThemeInput{Name: text(t.Name), About: en(t.Summary)})
		}
		if err := b.Editions.SetThemesTx(ctx, tx, set, themes); err != nil {
			return err
		}
		if err := b.Editions.SetQuestionsTx(ctx, tx, set, b.questions(set)); err != nil {
			return err
		}
		if b.types, err = b.Programme.AddDefaultTypesTx(ctx, tx, set); err != nil {
			return err
		}
		b.set = set
		return b.ownBodies(ctx, tx)
	})
}

// questions makes policy questions of the themes: the first of each theme on top, the
// others under it.
func (b *builder) questions(set *editions.Setting) editions.QuestionsInput {
	in := editions.QuestionsInput{Version: set.Version}
	for i, t := range b.corpus.Themes {
		n := 0
		for _, topic := range t.Topics {
			for _, q := range topic.Questions {
				number := fmt.Sprint(i + 1)
				if n > 0 {
					number = fmt.Sprintf("%d.%d", i+1, n)
				}
				n++
				in.Questions = append(in.Questions, editions.QuestionInput{Number: number, Question: en(q), Theme: set.Themes[i].ID})
			}
		}
	}
	return in
}

func (b *builder) people() error {
	b.clock.Freeze(time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC))
	if err := b.write(func(ctx context.Context, tx *record.Tx) error {
		for _, o := range b.corpus.Organisations {
			kind := o.Kind
			if o.Network {
				kind = people.KindNetwork
			}
			name := text(o.Names)
			if name.IsZero() {
				name = en(o.Name)
			}
			made, err := b.People.CreateOrganisationTx(ctx, tx, people.NewOrganisation{Name: name, Acronym: o.Acronym, Kind: kind, Country: o.Country, Source: people.SourceStaff})
			if err != nil {
				return fmt.Errorf("organisation %s: %w", o.Name, err)
			}
			b.orgIDs = append(b.orgIDs, made.ID)
		}
		return nil
	}); err != nil {
		return err
	}
	return b.write(func(ctx context.Context, tx *record.Tx) error {
		for _, p := range b.corpus.People {
			id, err := b.person(ctx, tx, p)
			if err != nil {
				return fmt.Errorf("person %s: %w", p.Name, err)
			}
			b.persons = append(b.persons, id)
		}
		return nil
	})
}

// scripts says in which language a native name is given.
func nativeLang(s string) string {
	for _, r := range s {
		switch {
		case r >= 0x0600 && r <= 0x06ff:
			return "ar"
		case r >= 0x0400 && r <= 0x04ff:
			return "ru"
		case r >= 0x4e00 && r <= 0x9fff:
			return "zh"
		}
	}
	return ""
}

func (b *builder) person(ctx context.Context, tx *record.Tx, p corpus.Person) (core.ID, error) {
	in := people.NewPerson{
		Name: p.Name, Given: p.Given, Family: p.Family, Country: p.Country, Gender: p.Gender, Source: people.SourceSelf,
	}
	in.Languages = slices.DeleteFunc(slices.Clone(p.Languages), func(l string) bool { return !b.Vocab.Has(vocab.Languages, l) })
	if lang := nativeLang(p.NativeName); lang != "" {
		in.Names = core.NewText(lang, p.NativeName)
	}
	made, err := b.People.CreatePersonTx(ctx, tx, in)
	if err != nil {
		return "", err
	}
	for rank, org := range []int{p.Org, p.SecondOrg} {
		if org < 0 {
			continue
		}
		title := p.Title
		if rank > 0 {
			title = ""
		}
		if _, err := b.People.AddAffiliationTx(ctx, tx, people.NewAffiliation{
			Person: made.ID, Organisation: b.orgIDs[org], Title: title, Group: p.Group, Country: p.Country, From: "2024", Rank: rank,
		}); err != nil {
			return "", err
		}
	}
	return made.ID, nil
}
