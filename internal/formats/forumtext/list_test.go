package forumtext

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// printSession prints what a list says of a session:
// "Title | reference | type | organiser; organiser | 2026-03-03 09:30-11:00 EAT Africa/Nairobi | room | questions".
func printSession(s Session) string {
	var names, rooms, when []string
	for _, o := range s.Organisers {
		names = append(names, o.Name)
	}
	for _, r := range s.Rooms {
		rooms = append(rooms, r.Text)
	}
	for _, w := range s.When {
		when = append(when, strings.TrimSpace(w.Date.String()+" "+w.Start+"-"+w.End+" "+w.ZoneLabel+" "+w.Zone))
	}
	return strings.Join([]string{
		s.Title, s.Reference, s.Type, strings.Join(names, "; "), strings.Join(when, ", "), strings.Join(rooms, "; "), strconv.Itoa(len(s.Questions)),
	}, " | ")
}

func checkList(t *testing.T, doc *Document, organisation string, want ...string) {
	t.Helper()
	equal(t, "shape", doc.Shape, SessionList)
	equal(t, "organisation", doc.Organisation.Text, organisation)
	if len(doc.Sessions) != len(want) {
		t.Fatalf("sessions: %q", titles(doc))
	}
	for i, w := range want {
		equal(t, "session", printSession(doc.Sessions[i]), w)
	}
	equal(t, "prose unread", len(notes(doc, NoteProse)), 0)
}

// E033, E036, E065, E066, E095, X2: eight sessions in which an organisation takes part.
func TestSeed002(t *testing.T) {
	doc := readSeed(t, "002")
	checkList(t, doc, "IT for Change",
		"Digital Policy Making from Below: Ask the Impacted Sectors First | session #64 | Pre-event | Just Net Coalition | 2021-12-06 09:30-12:00 UTC UTC |  | 0",
		"Digital Cooperation- Quo Vadis? |  | Main Session |  | 2021-12-08 10:15-11:45 UTC UTC |  | 0",
		"Power and Authority in Internet Governance: Return of the State? | Event #19 | Book launch and award event | Brock University | 2021-12-08 12:45-13:45 UTC UTC |  | 0",
		"Data justice: What is to be done? |  | Workshop | Research ICT Africa; University of Cape Town | 2021-12-08 12:50-13:50 UTC UTC |  | 0",
		"Women's Right to Online Participation: Promise or Pipedream? |  | Open forum | UN Special Rapporteur on Freedom of Opinion and Expression; IT for Change; InternetLab | 2021-12-08 15:15-16:15 UTC UTC |  | 3",
		"Syncing AI, Human Rights, & the SDGs: The Impossible Dream? | WS #184 | Workshop | Internet Rights and Principles Coalition; Goldsmiths University of London | 2021-12-08 15:50-17:20 UTC UTC |  | 0",
		"Digital Health Blueprints for a Post-Pandemic World | WS #163 | Workshop | People's Health Movement; Medicus Mundi International - Network Health for All; IT for Change | 2021-12-09 12:50-13:50 UTC UTC |  | 0",
		"Fintech: A Sustainable Development Economy of Inclusivity? |  | Workshop |  | 2021-12-09 08:30-10:00 UTC UTC |  | 0",
	)
	equal(t, "edition", doc.Edition, EditionHint{
		Forum: "IGF", ForumAbbr: "IGF", Year: 2021, Start: Date{2021, 12, 6}, End: Date{2021, 12, 10}, Place: Place{4, 4},
	})
	equal(t, "whose", doc.Organisation.Place, Place{4, 4})
	equal(t, "short title", doc.Sessions[1].ShortTitle, "Main Session on Inclusive Internet Governance Ecosystems and Digital Cooperation")
	equal(t, "title's place", doc.Sessions[7].TitlePlace, Place{46, 46})
	for _, s := range doc.Sessions {
		equal(t, "year inferred", s.When[0].YearInferred, true)
		if len(s.Description) == 0 {
			t.Errorf("%s: no description", s.Title)
		}
	}
	equal(t, "two paragraphs", len(doc.Sessions[1].Description), 2)
	var listed []string
	for _, f := range doc.Facts {
		if f.Kind == FactListed {
			listed = append(listed, f.Value+" "+f.Noun)
		}
	}
	equal(t, "stated", strings.Join(listed, "; "), "8 online sessions, others")
	equal(t, "links without an address", len(notes(doc, NoteLink)), 10)
	equal(t, "all unread", len(doc.Unread), 10)
	equal(t, "introduction", len(doc.Sections[0].Paragraphs), 4)
}

// The list is recognised however the text came.
func TestSeed002InOtherDress(t *testing.T) {
	doc := readSeed(t, "002")
	text := strings.Join(doc.Text, "\n")
	lines := func(f func(i int, l string) string) string {
		out := slices.Clone(doc.Text)
		for i, l := range out {
			out[i] = f(i, l)
		}
		return strings.Join(out, "\n")
	}
	isTitle := func(i int) bool { return doc.Uses[i] == UseTitle }
	dress := map[string]string{
		"CRLF and BOM":     "\ufeff" + strings.ReplaceAll(text, "\n", "\r\n"),
		"no-break spaces":  strings.ReplaceAll(text, " ", "\u00a0"),
		"blank lines":      strings.ReplaceAll(text, "\n", "\n\n"),
		"24 hours":         strings.NewReplacer("9:30 AM - 12:00 PM", "09:30–12:00", "12:45 PM - 1:45 PM", "12h45 - 13h45").Replace(text),
		"day first":        strings.NewReplacer("Wednesday, Dec 8 | ", "8 December (Wednesday), ", "Thursday, Dec 9 | ", "Thu 9 Dec; ").Replace(text),
		"time first":       strings.NewReplacer("Wednesday, Dec 8 | 12:45 PM - 1:45 PM UTC", "12:45 PM - 1:45 PM UTC, Wed., Dec. 8th").Replace(text),
		"when":             strings.NewReplacer("Wednesday, Dec 8", "When: Wednesday, Dec 8", "Thursday, Dec 9", "Date & Time: Thursday, Dec 9").Replace(text),
		"soft hyphens":     strings.ReplaceAll(text, "Workshop", "Work\u00adshop"),
		"headings":         lines(func(i int, l string) string { return map[bool]string{true: "## "}[isTitle(i)] + l }),
		"bold":             lines(func(i int, l string) string { return bold(l, isTitle(i)) }),
		"bullets":          lines(func(i int, l string) string { return bulleted(l, isTitle(i)) }),
		"form feeds":       lines(func(i int, l string) string { return map[bool]string{true: "\f"}[isTitle(i)] + l }),
		"typographic":      strings.NewReplacer("'", "’", " - ", " – ").Replace(text),
		"HTML":             lines(func(i int, l string) string { return tagged(l, isTitle(i)) }),
		"HTML on one line": strings.ReplaceAll(lines(func(i int, l string) string { return tagged(l, isTitle(i)) }), "\n", ""),
	}
	for name, variant := range dress {
		t.Run(name, func(t *testing.T) {
			got := mustRead(t, name, []byte(variant))
			if len(got.Sessions) != 8 {
				t.Fatalf("sessions: %q", titles(got))
			}
			for i, s := range got.Sessions {
				plain := strings.NewReplacer("’", "'", " – ", " - ")
				equal(t, "session", plain.Replace(printSession(s)), printSession(doc.Sessions[i]))
			}
		})
	}
}

func bold(l string, yes bool) string {
	if !yes {
		return l
	}
	return "**" + l + "**"
}

func bulleted(l string, yes bool) string {
	if !yes {
		return l
	}
	if _, rest, ok := strings.Cut(l, ". "); ok {
		l = rest
	}
	return "• " + l
}

func tagged(l string, title bool) string {
	l = strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(l)
	if title {
		return "<h3>" + l + "</h3>"
	}
	return "<p>" + l + "</p>"
}

// E036, E065, E066, E095: a list of five sessions with numbers, questions and times of one zone.
func TestList(t *testing.T) {
	doc := readFile(t, "list.txt")
	checkList(t, doc, "Lantern Trust",
		"Counting Wells, and Counting on Them | WS #12 | Workshop | Lantern Trust; Delta Farmers' Union; Ministry of Water and Sanitation | 2026-03-03 09:30-11:00 EAT Africa/Nairobi | Baobab Hall | 3",
		"Who Owns a Rain Record? | Open Forum #7 | Open Forum | Lorvanian Weather Archive; Marenza University | 2026-03-03 14:00-15:30 EAT Africa/Nairobi |  | 0",
		"Salt in the Delta |  | Main Session |  | 2026-03-04 10:15-11:45 EAT Africa/Nairobi |  | 0",
		"A Price for Every Reading: Promise or Threat? |  | Book launch and reading | Pell House | 2026-03-04 12:45-13:45 EAT Africa/Nairobi |  | 0",
		"Night Shift at the Pumping Station |  | Workshop |  | 2026-03-05 22:30-00:15 EAT Africa/Nairobi |  | 0",
	)
	equal(t, "edition", doc.Edition, EditionHint{
		Forum: "Open Waters Forum", Year: 2026, City: "Nairobi", Country: "Kenya", Zone: "Africa/Nairobi",
		Start: Date{2026, 3, 3}, End: Date{2026, 3, 5}, Place: Place{1, 1},
	})
	equal(t, "past midnight", doc.Sessions[4].When[0].EndDate.String(), "2026-03-06")
	equal(t, "address", doc.Sessions[0].URL, Placed{"https://forum.example/2026/wells", Place{22, 22}})
	equal(t, "behind the questions", doc.Sessions[0].Description[1].Text, "The answers go to the ministry.")
	equal(t, "short title", doc.Sessions[4].ShortTitle, "Workshop on Work and Water")
}

// E012, E065, E066: a French list in Markdown, with days as headings and labels as items.
func TestListHeadings(t *testing.T) {
	doc := readFile(t, "list-headings.md")
	checkList(t, doc, "Atelier des Rives",
		"Le prix de l'eau | Atelier n° 14 | Atelier | Atelier des Rives; Ligue des Puits; Eau pour Tous | 2025-03-05 12:50-13:50 UTC+1 Etc/GMT-1 | Salle 4 | 0",
		"Compter les puits | Forum ouvert #3 | Forum ouvert | Ministère de l'Eau; Ligue des Puits | 2025-03-05 14:30-16:00 heure de Paris Europe/Paris | Grande salle | 2",
		"Veiller sur la nuit | #21 |  |  | 2025-03-06 22:00-23:30 UTC UTC |  | 0",
	)
	equal(t, "forum", doc.Edition.Forum+" "+strconv.Itoa(doc.Edition.Year), "Forum des Eaux 2025")
	equal(t, "address", doc.Sessions[0].URL.Text, "https://forum.example/2025/prix")
	equal(t, "behind the list", doc.Sections[1].Paragraphs[0].Text, "L'Atelier des Rives est une association. Son siège est à Pell.")
}

// E012, E065, E066: a Spanish list with bullets, places and times on one line, a session
// without an end and one whose reference stands in front.
func TestListBullets(t *testing.T) {
	doc := readFile(t, "list-bullets.txt")
	checkList(t, doc, "Casa del Río",
		"Leer el río | Taller #12 | Taller | Casa del Río; Universidad de Pell; Red de Pozos | 2024-03-06 10:00-11:30 UTC-5 Etc/GMT+5 | Sala Azul | 0",
		"La sal y la deuda | Foro abierto #4 | Foro abierto | Red de Pozos; Casa del Río | 2024-03-06 15:00-16:00 hora de Bogotá America/Bogota |  | 0",
		"El precio de una lectura | WS #31 | Taller | Universidad de Pell | 2024-03-07 09:00-10:00 UTC-5 Etc/GMT+5 |  | 0",
		"Cierre |  |  |  | 2024-03-07 17:00- UTC-5 Etc/GMT+5 |  | 0",
	)
}

// E065, E066: an agenda: times before the titles, days above them.
func TestListAgenda(t *testing.T) {
	checkList(t, readFile(t, "list-agenda.txt"), "GAUGE INITIATIVE",
		"Counting Wells | WS #12 | Workshop | Gauge Initiative; Lantern Trust | 2026-03-03 09:30-11:00 UTC+3 Etc/GMT-3 |  | 0",
		"Who Owns a Rain Record? | OF #7 | Open Forum | Lorvanian Weather Archive | 2026-03-03 11:30-13:00 UTC+3 Etc/GMT-3 |  | 0",
		"Taking the Floor |  |  |  | 2026-03-05 10:00-11:00 UTC+3 Etc/GMT-3 |  | 0",
	)
}

// E065, E066: a table, in Markdown, with tabs and in HTML.
func TestListTable(t *testing.T) {
	want := []string{
		"Counting Wells | WS #12 | Workshop | Gauge Initiative; Lantern Trust | 2026-03-03 06:30-08:00 UTC UTC | Baobab Hall | 0",
		"Who Owns a Rain Record? | OF #7 | Open Forum | Lorvanian Weather Archive | 2026-03-04 11:00-12:00 UTC UTC | Acacia Room | 0",
		"Taking the Floor |  |  |  | 2026-03-05 07:00-08:00 UTC UTC |  | 0",
	}
	doc := readFile(t, "list-table.md")
	checkList(t, doc, "Gauge Initiative", want...)
	equal(t, "address", doc.Sessions[0].URL.Text, "https://forum.example/2026/wells")
	var tabs, tags []string
	for _, l := range doc.Text {
		cells := strings.Split(strings.Trim(l, "|"), "|")
		switch {
		case strings.Contains(l, "---"):
		case len(cells) < 3:
			tabs, tags = append(tabs, l), append(tags, "<p>"+strings.TrimPrefix(l, "# ")+"</p>")
		default:
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			tabs = append(tabs, strings.Join(cells, "\t"))
			tags = append(tags, "<tr><td>"+strings.Join(cells, "</td><td>")+"</td></tr>")
		}
	}
	checkList(t, mustRead(t, "tabs.txt", []byte(strings.Join(tabs, "\n"))), "Gauge Initiative", want...)
	page := strings.Replace(strings.Join(tags, "\n"), "<tr>", "<table><tr>", 1)
	page = page[:strings.LastIndex(page, "</tr>")] + "</tr></table>" + page[strings.LastIndex(page, "</tr>")+5:]
	checkList(t, mustRead(t, "table.html", []byte(page)), "Gauge Initiative", want...)
}

// E036: organisers are told apart, names with "and" in them stay whole.
func TestSplitOrganisers(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Lantern Trust", "Lantern Trust"},
		{"the Lantern Trust and Pell House", "Lantern Trust; Pell House"},
		{"Lantern Trust & Pell House.", "Lantern Trust; Pell House"},
		{"Lantern Trust, Pell House, and the Delta Farmers' Union", "Lantern Trust; Pell House; Delta Farmers' Union"},
		{"Ministry of Water and Sanitation", "Ministry of Water and Sanitation"},
		{"Ministry of Transport and Communications, Lantern Trust", "Ministry of Transport and Communications; Lantern Trust"},
		{"Council for Trade and Industry", "Council for Trade and Industry"},
		{"Internet Rights and Principles Coalition", "Internet Rights and Principles Coalition"},
		{"Rivers for Change and GaugeLab", "Rivers for Change; GaugeLab"},
		{"Lantern Trust/Pell House", "Lantern Trust; Pell House"},
		{"Lantern Trust / Pell House / Marenza University", "Lantern Trust; Pell House; Marenza University"},
		{"HIV/AIDS Alliance of Pell", "HIV/AIDS Alliance of Pell"},
		{"Lantern Trust (LT/PH), Pell House", "Lantern Trust (LT/PH); Pell House"},
		{"Ministry of Water, Kenya; Pell House", "Ministry of Water, Kenya; Pell House"},
		{"Ministry of Water, Kenya, Pell Utilities, Inc. and GaugeLab", "Ministry of Water, Kenya; Pell Utilities, Inc; GaugeLab"},
		{"Lantern Trust in collaboration with Pell House", "Lantern Trust; Pell House"},
		{"Lantern Trust, with the support of Pell House", "Lantern Trust"},
		{"la Ligue des Puits et Eau pour Tous", "Ligue des Puits; Eau pour Tous"},
		{"", ""},
	}
	for _, tt := range tests {
		equal(t, tt.text, strings.Join(splitOrganisers(tt.text), "; "), tt.want)
	}
}

// E065: the line under a title that says what a session is and who holds it.
func TestReadHolding(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Workshop organized by A1/Pell House", "Workshop | A1; Pell House"},
		{"Open Forum by the Lantern Trust", "Open Forum | Lantern Trust"},
		{"Pre-event jointly organised by Lantern Trust and Pell House", "Pre-event | Lantern Trust; Pell House"},
		{"Hosted by: Pell House", " | Pell House"},
		{"(Co-organized by Pell House)", " | Pell House"},
		{"Main Session on Salt", "Main Session | "},
		{"Town Hall", "Town Hall | "},
		{"Taller organizado por la Casa del Río", "Taller | Casa del Río"},
		{"Table ronde animée par Pell House", "Table ronde | Pell House"},
		{"The session was organised by Pell House", "-"},
		{"Workshop organized by Pell House. It was full.", "-"},
		{"Is this organised by anybody?", "-"},
		{"led by example", "-"},
		{"Water", "-"},
	}
	for _, tt := range tests {
		got := "-"
		if h, ok := readHolding(tt.text); ok {
			got = h.kind + " | " + strings.Join(h.organisers, "; ")
		}
		equal(t, tt.text, got, tt.want)
	}
}

// E065: references before, behind and in brackets.
func TestReadListTitle(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Salt (WS #184 )", "Salt | WS #184 | "},
		{"Salt (session #64)", "Salt | session #64 | "},
		{"Salt – Workshop #12", "Salt | Workshop #12 | Workshop"},
		{"Salt [OF-7]", "Salt | OF-7 | "},
		{"Salt (Open Forum 12)", "Salt | Open Forum 12 | Open Forum"},
		{"WS #31: Salt", "Salt | WS #31 | "},
		{"Open Forum #5 – Salt", "Salt | Open Forum #5 | Open Forum"},
		{"Salt (IGF 2021)", "Salt (IGF 2021) |  | "},
		{"Salt (and Sweet Water)", "Salt (and Sweet Water) |  | "},
		{"Salt – organised by Pell House", "Salt |  | "},
		{"Special Session: Salt", "Special Session: Salt |  | Special Session"},
		{"L'eau (Atelier n° 4)", "L'eau | Atelier n° 4 | Atelier"},
	}
	for _, tt := range tests {
		got := readListTitle(tt.text)
		equal(t, tt.text, got.title+" | "+got.reference+" | "+got.kind, tt.want)
	}
}

// E066: statements of time in many orders.
func TestListTimes(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Wednesday, Dec 8 | 12:50 PM - 1:50 PM UTC", "--12-08 12:50-13:50 UTC"},
		{"12:50–13:50 UTC, Wed 8 Dec 2021", "2021-12-08 12:50-13:50 UTC"},
		{"8 December (Wednesday) 12:50 - 13:50 (UTC)", "--12-08 12:50-13:50 UTC"},
		{"Wed, 8 Dec · 12.50 - 13.50 CET (UTC+1)", "--12-08 12:50-13:50 UTC+1"},
		{"8 Dec, 12:50 UTC / 13:50 CET", "--12-08 12:50- UTC"},
		{"8 Dec, 12:50 - 13:50 UTC (21:50 - 22:50 JST)", "--12-08 12:50-13:50 UTC"},
		{"UTC: 8 December, 12:50 to 13:50", "--12-08 12:50-13:50 UTC"},
		{"8 December | 12:50 - 13:50 Kyoto time (60 min)", "--12-08 12:50-13:50 Kyoto time"},
		{"mercredi 8 décembre, 12 h 50 – 13 h 50 (heure de Paris)", "--12-08 12:50-13:50 heure de Paris"},
		{"miércoles 8 de diciembre de 2021, de 12:50 a 13:50 (hora de Bogotá)", "2021-12-08 12:50-13:50 hora de Bogotá"},
		{"8 December", "--12-08 -"},
		{"At 12:50 we met on 8 December", ""},
		{"12:50", ""},
	}
	for _, tt := range tests {
		r := newReader("", source{text: []string{tt.text}})
		got := ""
		if p, ok := r.timePart(tt.text, Place{1, 1}); ok {
			w := p.when.when
			got = strings.TrimSpace(w.Date.String() + " " + w.Start + "-" + w.End + " " + w.ZoneLabel)
		}
		equal(t, tt.text, got, tt.want)
	}
}

// What is no list of sessions is not read as one.
func TestNoList(t *testing.T) {
	for name, src := range map[string]string{
		"letters": "Dear all,\n\nPlease note:\n\nBudget\nMonday, 3 March 2026 | 10:00 - 11:00 UTC\nWe talk about money.\n",
		"minutes": "Minutes of the Committee\n3 March 2026, 10:00 - 11:00 UTC\nThe committee met.\n\n1. Budget\nThe budget was noted.\n2. Staff\nThe staff was thanked.\n",
	} {
		doc := mustRead(t, name, []byte(src))
		if doc.Shape == SessionList {
			t.Errorf("%s is read as a list of %q", name, titles(doc))
		}
	}
}
