package support

import (
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/vocab"
)

// Rules of eligibility, in the order in which they are shown.
const (
	RuleComplete = "complete" // the form is answered, and says a country
	RuleClass    = "class"    // the country is of a class that can be supported
	RuleOne      = "one"      // one application per person
	RuleReport   = "report"   // the report of an earlier grant was filed in time
)

// Finding is what one rule says of an application, with what it rests on.
type Finding struct {
	Rule    string             `json:"rule" enum:"complete,class,one,report"`
	Broken  bool               `json:"broken"`
	Day     string             `json:"day,omitempty" doc:"of the class"`
	Classes []vocab.Membership `json:"classes,omitempty" doc:"that the country is in on that day, with their sources"`
	First   int                `json:"first,omitempty" doc:"number of her first application"`
	Owed    []string           `json:"owed,omitempty" doc:"editions whose travel report is overdue"`
}

// Before is an earlier grant of the same person.
type Before struct {
	Edition core.ID
	Slug    string
	State   string
	Due     core.Instant // of its travel report
	Filed   core.Instant
}

// Overdue tells whether its report is owed at an instant.
func (b Before) Overdue(now core.Instant) bool {
	return b.Filed.IsZero() && (b.State == StateAccepted || b.State == StateTravelled) && !now.Before(b.Due)
}

// Facts are what the record says beside an application.
type Facts struct {
	Sessions   int      `json:"sessions" doc:"of this edition in which she has a role"`
	Proposals  int      `json:"proposals" doc:"handed in for this edition, besides this"`
	Seats      int      `json:"seats" doc:"in bodies, today"`
	Registered string   `json:"registered,omitempty" doc:"state of her registration for this edition"`
	Meetings   int      `json:"meetings" doc:"earlier editions for which she was registered"`
	Before     []Before `json:"-"`
}

// judge tells what the rules say of an application. memberships are those of its country,
// first the number of the same person's first application.
func judge(p *Programme, x *Application, day string, memberships []vocab.Membership, first int, before []Before, now core.Instant) []Finding {
	class := Finding{Rule: RuleClass, Day: day}
	for _, m := range memberships {
		if m.On(day) && slices.Contains(p.Classes, m.Class) {
			class.Classes = append(class.Classes, m)
		}
	}
	class.Broken = len(class.Classes) == 0
	one := Finding{Rule: RuleOne}
	if first != x.Number {
		one.First, one.Broken = first, true
	}
	report := Finding{Rule: RuleReport}
	for _, b := range before {
		if b.Overdue(now) {
			report.Owed, report.Broken = append(report.Owed, b.Slug), true
		}
	}
	return []Finding{{Rule: RuleComplete, Broken: !x.Complete}, class, one, report}
}

func broken(list []Finding) bool {
	return slices.ContainsFunc(list, func(f Finding) bool { return f.Broken })
}

// firsts gives for each application the number of the first of the same account or person.
func firsts(list []Application) map[core.ID]int {
	out := map[core.ID]int{}
	byAccount, byPerson := map[core.ID]int{}, map[core.ID]int{}
	for i := range list { // in the order of numbers
		x := &list[i]
		n := x.Number
		if x.State == StateWithdrawn {
			out[x.ID] = n
			continue
		}
		if first, ok := byAccount[x.Account]; ok && x.Account != "" {
			n = min(n, first)
		}
		if first, ok := byPerson[x.Person]; ok && x.Person != "" {
			n = min(n, first)
		}
		out[x.ID] = n
		if x.Account != "" {
			byAccount[x.Account] = n
		}
		if x.Person != "" {
			byPerson[x.Person] = n
		}
	}
	return out
}

// endOf is the end of a day in a zone: the first moment after it.
func endOf(day, zone string, later int) core.Instant {
	t, err := core.ParseDate(day)
	if err != nil {
		return core.Instant{}
	}
	t = t.AddDate(0, 0, later+1)
	return core.At(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, core.Zone(zone)))
}

// ReportDue is when the travel report of an edition is due.
func (p *Programme) ReportDue(lastDay, zone string) core.Instant {
	return endOf(lastDay, zone, p.ReportDays)
}
