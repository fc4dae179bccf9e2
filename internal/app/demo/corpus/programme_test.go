package corpus

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestEverySessionIsComplete(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		codes, titles, descriptions := map[int]bool{}, map[string]bool{}, map[string]bool{}
		for _, s := range c.Sessions {
			name := s.Title["en"]
			text := strings.Join(s.Description["en"], "\n")
			if codes[s.Code] || titles[name] || descriptions[text] {
				t.Errorf("%q: code, title or description occurs twice", name)
			}
			codes[s.Code], titles[name], descriptions[text] = true, true, true
			if n := utf8.RuneCountInString(name); n < 8 || n > 90 {
				t.Errorf("%q has %d characters", name, n)
			}
			if len(s.Description["en"]) < 2 || len(text) < 120 || len(s.Organisers) == 0 || len(s.Tags) < 2 || len(s.SDGs) == 0 || len(s.ActionLines) == 0 || s.Language == "" || s.Format == "" {
				t.Errorf("incomplete: %+v", s)
			}
			if owesReport(s.Type) && (len(s.Questions) == 0 || len(s.GuidingQuestions) != 3) {
				t.Errorf("%q has no questions", name)
			}
			total := 0
			for _, a := range s.Agenda {
				total += a.Minutes
				if a.Minutes <= 0 || a.Text == "" {
					t.Errorf("%q: agenda %v", name, s.Agenda)
				}
			}
			if total != s.Minutes || s.OpenFloorMinutes >= s.Minutes {
				t.Errorf("%q: agenda of %d minutes, floor of %d, for %d", name, total, s.OpenFloorMinutes, s.Minutes)
			}
			if s.OwnerBody != "" && !slices.ContainsFunc(c.Bodies, func(b Body) bool { return b.Key == s.OwnerBody }) {
				t.Errorf("%q belongs to %s", name, s.OwnerBody)
			}
		}
	})
}

func TestTypes(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		got := map[string]int{}
		themes := make([]int, len(c.Themes))
		for _, s := range c.Sessions {
			got[s.Type]++
			themes[s.Theme]++
		}
		for _, kind := range []string{"main", "high-level", "workshop", "open-forum", "town-hall", "launch-award", "lightning", "networking", "day-zero", "dc-session", "nri-session", "bpf-pn-session", "parliamentary", "youth", "ceremony", "open-mic"} {
			if got[kind] == 0 {
				t.Errorf("no %s", kind)
			}
		}
		if c.Size == Full && (got["main"] != 12 || got["workshop"] < 70 || slices.Min(themes) < 25) {
			t.Errorf("types %v, themes %v", got, themes)
		}
	})
}

func overlap(a, b *Session) bool {
	return a.Day == b.Day && a.Start < b.End() && b.Start < a.End()
}

func TestTimetable(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		for i := range c.Sessions {
			a := &c.Sessions[i]
			name, room := a.Title["en"], c.Rooms[a.Room]
			if a.Start < at(8, 30) || a.End() > at(18, 30) || a.Start%5 != 0 {
				t.Errorf("%q from %d to %d", name, a.Start, a.End())
			}
			if a.Type == "day-zero" && a.Day != 0 {
				t.Errorf("Day Zero event %q on day %d", name, a.Day)
			}
			if a.Type == "main" && (room.Kind != "hall" || a.Minutes != 90 || a.Day == 0) {
				t.Errorf("main session %q in %s for %d minutes", name, room.Key, a.Minutes)
			}
			if (a.Type == "lightning") != (a.Minutes == 20) || a.Type == "lightning" && (room.Kind != "stage" || a.Start < at(12, 0) || a.End() > at(13, 30)) {
				t.Errorf("%s %q in %s for %d minutes", a.Type, name, room.Key, a.Minutes)
			}
			if (room.Kind == "workshop" || room.Kind == "studio") && a.Start < at(13, 30) && a.End() > at(12, 0) {
				t.Errorf("%q runs into the lunch break", name)
			}
			if i > 0 {
				p := &c.Sessions[i-1]
				if (Moment{a.Day, a.Start}).Before(Moment{p.Day, p.Start}) {
					t.Errorf("%q is out of order", name)
				}
			}
			for j := range i {
				b := &c.Sessions[j]
				if a.Day != b.Day {
					continue
				}
				if a.Room == b.Room {
					if overlap(a, b) {
						t.Errorf("%q and %q in %s at the same time", name, b.Title["en"], room.Key)
					}
					if room.Kind == "hall" && a.Start < b.End()+15 && b.Start < a.End()+15 {
						t.Errorf("%q and %q need 15 minutes between", name, b.Title["en"])
					}
				}
				if overlap(a, b) && (opens(a) || opens(b)) {
					t.Errorf("%q stands beside %q", name, b.Title["en"])
				}
			}
		}
	})
}

// opens says whether nothing may be held at the same time.
func opens(s *Session) bool {
	return s.Title["en"] == "Opening ceremony" || strings.HasSuffix(s.Title["en"], "closing ceremony")
}

func TestParallelSessionsDiffer(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		pairs, theme, topic := 0, 0, 0
		for i := range c.Sessions {
			for j := range i {
				a, b := &c.Sessions[i], &c.Sessions[j]
				if !overlap(a, b) {
					continue
				}
				pairs++
				theme += b2i(a.Theme == b.Theme)
				topic += b2i(a.Theme == b.Theme && a.Topic == b.Topic)
				if a.Type == b.Type && (a.Type == "parliamentary" || a.Type == "youth") {
					t.Errorf("%q and %q compete", a.Title["en"], b.Title["en"])
				}
			}
		}
		// by chance one pair in eight would share a theme
		if theme*100 > pairs*8 || topic*100 > pairs {
			t.Errorf("of %d parallel pairs %d share a theme and %d a topic", pairs, theme, topic)
		}
	})
}

func TestNobodyIsInTwoPlaces(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		sessions := map[int][]*Session{}
		talks := map[int]int{}
		orgs := map[int][]*Session{}
		for i := range c.Sessions {
			s := &c.Sessions[i]
			for _, r := range s.Roles {
				if !slices.Contains(sessions[r.Person], s) {
					sessions[r.Person] = append(sessions[r.Person], s)
				}
				talks[r.Person] += b2i(r.Role == "speaker" || r.Role == "keynote")
				if p := c.People[r.Person]; r.Org != p.Org && r.Org != p.SecondOrg {
					t.Errorf("%s appears for %s", p.Name, c.Organisations[r.Org].Name)
				}
			}
			for _, o := range append(slices.Clone(s.Organisers), s.CoOrganisers...) {
				orgs[o] = append(orgs[o], s)
			}
		}
		for i, list := range sessions {
			for k, a := range list {
				for _, b := range list[:k] {
					if overlap(a, b) || a.Room != b.Room && a.Day == b.Day && a.Start < b.End()+changeover && b.Start < a.End()+changeover {
						t.Errorf("%s is in %q and %q", c.People[i].Name, a.Title["en"], b.Title["en"])
					}
				}
			}
			if talks[i] > 3 {
				t.Errorf("%s speaks %d times", c.People[i].Name, talks[i])
			}
		}
		for o, list := range orgs {
			for k, a := range list {
				for _, b := range list[:k] {
					if a == b || overlap(a, b) {
						t.Errorf("%s organises %q and %q", c.Organisations[o].Name, a.Title["en"], b.Title["en"])
					}
				}
			}
		}
	})
}

func TestCrew(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		mag := map[int]bool{}
		for _, b := range c.Bodies {
			if b.Key == "mag" {
				for _, m := range b.Members {
					mag[m] = true
				}
			}
		}
		for _, s := range c.Sessions {
			name := s.Type + " " + s.Title["en"]
			count := map[string]int{}
			gender, region, group := map[string]bool{}, map[string]bool{}, map[string]bool{}
			inRoom := 0
			for k, r := range s.Roles {
				p := c.People[r.Person]
				count[r.Role]++
				if slices.Contains(s.Roles[:k], r) {
					t.Errorf("%s: %s is %s twice", name, p.Name, r.Role)
				}
				switch r.Role {
				case "speaker", "keynote":
					gender[p.Gender], region[p.Region], group[p.Group] = true, true, true
					inRoom += b2i(p.Mode == "onsite")
				case "onsite-moderator":
					if p.Mode != "onsite" {
						t.Errorf("%s: %s moderates from afar", name, p.Name)
					}
					fallthrough
				case "online-moderator":
					if !slices.Contains(p.Languages, s.Language) && s.Language != "en" {
						t.Errorf("%s: %s does not speak %s", name, p.Name, s.Language)
					}
				case "organiser", "co-organiser":
					if mag[r.Person] && s.Type == "workshop" {
						t.Errorf("%s: proposed by %s of the advisory group", name, p.Name)
					}
				}
			}
			speakers := count["speaker"] + count["keynote"]
			if count["organiser"] != 1 || count["online-moderator"] != 1 && s.Type != "lightning" {
				t.Errorf("%s: roles %v", name, count)
			}
			switch s.Type {
			case "ceremony":
				if count["chair"] != 1 || speakers < 3 {
					t.Errorf("%s: roles %v", name, count)
				}
				continue
			case "open-mic", "networking":
				continue
			case "lightning":
				if speakers < 1 || speakers > 2 {
					t.Errorf("%s: roles %v", name, count)
				}
				continue
			case "high-level":
				if count["keynote"] != 1 {
					t.Errorf("%s: roles %v", name, count)
				}
			}
			if speakers < 3 || speakers > 6 || inRoom < 2 || count["onsite-moderator"] != 1 {
				t.Errorf("%s: %d speakers, %d in the room, roles %v", name, speakers, inRoom, count)
			}
			if owesReport(s.Type) && count["rapporteur"] != 1 {
				t.Errorf("%s has no rapporteur", name)
			}
			if len(gender) < 2 || len(region) < 2 {
				t.Errorf("%s: speakers all alike: %v %v", name, gender, region)
			}
			if (s.Type == "workshop" || s.Type == "main") && len(group) < 2 {
				t.Errorf("%s: speakers from one group", name)
			}
		}
	})
}

func TestSomeTakeNoRole(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		busy := map[int]bool{}
		for _, s := range c.Sessions {
			for _, r := range s.Roles {
				busy[r.Person] = true
			}
		}
		if idle := len(c.People) - len(busy); idle == 0 || idle > len(c.People)/3 {
			t.Errorf("%d of %d people take no role", idle, len(c.People))
		}
	})
}
