package corpus

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestFeeds(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		n := 0
		for _, s := range c.Sessions {
			for _, code := range s.Feeds {
				n++
				main := c.Session(code)
				if main == nil || main.Type != "main" || !(Moment{s.Day, s.End()}).Before(Moment{main.Day, main.Start}) {
					t.Errorf("%q feeds %d", s.Title["en"], code)
				}
			}
		}
		if least := map[Size]int{Full: 40, Small: 2}[c.Size]; n < least {
			t.Errorf("%d sessions feed main sessions", n)
		}
	})
}

func TestReports(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		states := map[ReportState]int{}
		now := c.Edition.Now
		for _, s := range c.Sessions {
			name := s.Title["en"]
			since := (now.Day-s.Day)*24*60 + now.Minute - s.End()
			owed := owesReport(s.Type) && s.State == Scheduled && since >= 0
			if owed {
				states[s.Report.State]++
			}
			if owed != (s.Report.State != ReportNone) {
				t.Errorf("%q: report %s, owed %v", name, s.Report.State, owed)
			}
			switch s.Report.State {
			case ReportNone, ReportMissing:
				if len(s.Takeaways)+len(s.Calls) > 0 {
					t.Errorf("%q has takeaways without a report", name)
				}
			case ReportDue:
				if since >= 120 {
					t.Errorf("%q has been over for %d minutes and is not late", name, since)
				}
			case ReportOnTime:
				if s.Report.After > 120 || s.Report.After <= 0 || s.Report.After > since {
					t.Errorf("%q: on time after %d of %d minutes", name, s.Report.After, since)
				}
			case ReportLate:
				if s.Report.After <= 120 || s.Report.After > since {
					t.Errorf("%q: late after %d of %d minutes", name, s.Report.After, since)
				}
			case ReportDraft:
				if since < 120 || len(s.Takeaways) == 0 {
					t.Errorf("%q: draft after %d minutes with %d takeaways", name, since, len(s.Takeaways))
				}
			}
			if s.Report.Published() && (len(s.Takeaways) < 2 || len(s.Calls) == 0) {
				t.Errorf("%q published %d takeaways and %d calls", name, len(s.Takeaways), len(s.Calls))
			}
		}
		if c.Size == Full {
			for _, state := range []ReportState{ReportOnTime, ReportLate, ReportDraft, ReportDue, ReportMissing} {
				if states[state] < 2 {
					t.Errorf("states %v", states)
				}
			}
			if states[ReportOnTime] < states[ReportLate]+states[ReportDraft]+states[ReportMissing] {
				t.Errorf("most are not on time: %v", states)
			}
		}
	})
}

var groups = []string{"government", "civil-society", "private-sector", "technical-community", "igo", "academia", "media", "youth", "parliamentarians"}

func TestTakeawaysAndCalls(t *testing.T) {
	each(t, func(t *testing.T, c *Corpus) {
		seen := map[string]string{}
		once := func(text, name string) {
			if seen[text] != "" {
				t.Errorf("%q and %q both say %q", seen[text], name, text)
			}
			seen[text] = name
		}
		addressed := 0
		for _, s := range c.Sessions {
			name := s.Title["en"]
			for _, k := range s.Takeaways {
				once(k.Text, name)
				if len(k.From) == 0 {
					t.Errorf("%q: a takeaway rests on nobody", name)
				}
				for _, i := range k.From {
					if !slices.ContainsFunc(s.Roles, func(r Role) bool { return r.Person == i }) {
						t.Errorf("%q: %s was not there", name, c.People[i].Name)
					}
				}
			}
			for _, k := range s.Calls {
				once(k.Text, name)
				if !slices.Contains(groups, k.Group) {
					t.Errorf("%q calls upon %s", name, k.Group)
				}
				if k.Org >= 0 {
					addressed++
					if o := c.Organisations[k.Org]; !strings.Contains(k.Text, o.Name) || o.Kind != k.Group || slices.Contains(s.Organisers, k.Org) {
						t.Errorf("%q: %q is addressed to %s", name, k.Text, o.Name)
					}
				} else if !strings.Contains(k.Text, " should ") {
					t.Errorf("%q calls for nothing: %q", name, k.Text)
				}
			}
		}
		if c.Size == Full && addressed < 3 {
			t.Errorf("%d calls name an organisation", addressed)
		}
	})
}

func TestMessages(t *testing.T) {
	wording := map[string]*regexp.Regexp{
		"broad":     regexp.MustCompile(`\bbroad (support|agreement)\b`),
		"general":   regexp.MustCompile(`\b[Gg]eneral(ly)?\b`),
		"many":      regexp.MustCompile(`^Many\b`),
		"some":      regexp.MustCompile(`^Some\b`),
		"divergent": regexp.MustCompile(`[Dd]iverg|[Dd]iverse|differed`),
	}
	each(t, func(t *testing.T, c *Corpus) {
		topics := map[[2]int]bool{}
		for _, m := range c.Messages {
			key := [2]int{m.Theme, m.Topic}
			if topics[key] {
				t.Errorf("two Messages on %v", key)
			}
			topics[key] = true
			if len(m.Sentences) < 2 || len(m.Sentences) > 4 {
				t.Errorf("%q has %d sentences", m.Title["en"], len(m.Sentences))
			}
			for _, s := range m.Sentences {
				if w := wording[s.Support]; w == nil || !w.MatchString(s.Text) {
					t.Errorf("support %q does not stand in %q", s.Support, s.Text)
				}
				if len(s.Sources) == 0 {
					t.Errorf("%q rests on nothing", s.Text)
				}
				for _, src := range s.Sources {
					from := c.Session(src.Session)
					if from == nil || !from.Report.Published() || src.Takeaway >= len(from.Takeaways) || from.Theme != m.Theme || from.Topic != m.Topic {
						t.Errorf("%q rests on %+v", s.Text, src)
					}
				}
			}
		}
		for _, s := range c.Sessions {
			if s.Report.Published() && !topics[[2]int{s.Theme, s.Topic}] {
				t.Errorf("nothing was drafted from %q", s.Title["en"])
			}
		}
		if want := map[Size]int{Full: 48, Small: 6}[c.Size]; len(c.Messages) < want {
			t.Errorf("%d Messages, want %d", len(c.Messages), want)
		}
	})
}
