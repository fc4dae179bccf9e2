package proposals

import (
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
)

// The rules of 2023 (process.md 2.3), one by one: what holds, what does not, and what is
// not known.
func TestRules(t *testing.T) {
	form := calls.Form{Sections: []calls.Section{{Title: core.NewText("en", "Session"), Questions: []calls.Question{
		{Key: "title", Kind: calls.KindText, Label: core.NewText("en", "Title"), Means: calls.MeansTitle, Required: true},
		{Key: "why", Kind: calls.KindArea, Label: core.NewText("en", "Why"), Required: true},
	}}}}
	speaker := func(name, state, gender, onsite string, asked bool) Party {
		return Party{Means: calls.MeansSpeaker, Name: name, NameKey: core.Fold(name), State: state, Gender: gender, Onsite: onsite, Asked: asked, Country: map[string]string{"A": "KE", "B": "FR"}[name]}
	}
	three := []Party{
		speaker("A", Confirmed, Woman, "onsite", false), speaker("B", Confirmed, Man, "onsite", false), speaker("C", Named, "", "online", true),
		{Means: calls.MeansOnsite, Name: "M", State: Invited},
		{Means: calls.MeansOwner, Group: "government"},
		{Means: calls.MeansOwner, Group: "civil-society"},
	}
	region := func(c string) string { return map[string]string{"KE": "african", "FR": "weog"}[c] }
	for name, x := range map[string]struct {
		rule    calls.Rule
		answers calls.Answers
		parties []Party
		facts   Facts
		org     string
		want    string
	}{
		"complete":                  {calls.Rule{Code: calls.RuleComplete}, calls.Answers{"title": {Text: "T"}, "why": {Text: "W"}}, nil, Facts{}, "", Holds},
		"a blank answer":            {calls.Rule{Code: calls.RuleComplete}, calls.Answers{"title": {Text: "T"}, "why": {Text: "  "}}, nil, Facts{}, "", Broken},
		"three speakers":            {calls.Rule{Code: calls.RuleSpeakers, Limit: 3}, nil, three, Facts{}, "", Holds},
		"four wanted":               {calls.Rule{Code: calls.RuleSpeakers, Limit: 4}, nil, three, Facts{}, "", Broken},
		"one has declined":          {calls.Rule{Code: calls.RuleSpeakers, Limit: 3}, nil, append([]Party{speaker("D", Declined, "", "", true)}, three[:2]...), Facts{}, "", Broken},
		"genders":                   {calls.Rule{Code: calls.RuleGender}, nil, three, Facts{}, "", Holds},
		"one gender, one unsaid":    {calls.Rule{Code: calls.RuleGender}, nil, []Party{three[0], three[2]}, Facts{}, "", Unknown},
		"all women":                 {calls.Rule{Code: calls.RuleGender}, nil, []Party{three[0], speaker("E", Confirmed, Woman, "", false)}, Facts{}, "", Broken},
		"who declined is no gender": {calls.Rule{Code: calls.RuleGender}, nil, []Party{three[0], speaker("E", Declined, Man, "", false)}, Facts{}, "", Broken},
		"on site":                   {calls.Rule{Code: calls.RuleOnsite, Limit: 2}, nil, three, Facts{}, "", Holds},
		"no moderator on site":      {calls.Rule{Code: calls.RuleOnsite, Limit: 2}, nil, three[:3], Facts{}, "", Broken},
		"no online moderator":       {calls.Rule{Code: calls.RuleOnline}, nil, three, Facts{}, "", Broken},
		"a member":                  {calls.Rule{Code: calls.RuleMember}, nil, nil, Facts{Advisory: true}, "", Broken},
		"no member":                 {calls.Rule{Code: calls.RuleMember}, nil, nil, Facts{}, "", Holds},
		"a report is owed":          {calls.Rule{Code: calls.RuleReport}, nil, nil, Facts{Owed: 1}, "", Broken},
		"none is":                   {calls.Rule{Code: calls.RuleReport}, nil, nil, Facts{}, "", Holds},
		"nobody knows":              {calls.Rule{Code: calls.RuleReport}, nil, nil, Facts{Owed: -1}, "", Unknown},
		"a third of three":          {calls.Rule{Code: calls.RulePerPerson, Limit: 3}, nil, nil, Facts{OwnOthers: 2}, "", Holds},
		"a fourth of three":         {calls.Rule{Code: calls.RulePerPerson, Limit: 3}, nil, nil, Facts{OwnOthers: 3}, "", Broken},
		"an organisation's fourth":  {calls.Rule{Code: calls.RulePerOrg, Limit: 3}, nil, nil, Facts{OrgOthers: 3}, "river", Broken},
		"nobody's organisation":     {calls.Rule{Code: calls.RulePerOrg, Limit: 3}, nil, nil, Facts{OrgOthers: 3}, "", Holds},
		"speaks everywhere":         {calls.Rule{Code: calls.RuleSpeaking, Limit: 3}, nil, three, Facts{Speaking: map[string]int{core.Fold("B"): 3}}, "", Broken},
		"speaks often":              {calls.Rule{Code: calls.RuleSpeaking, Limit: 3}, nil, three, Facts{Speaking: map[string]int{core.Fold("B"): 2}}, "", Holds},
		"groups":                    {calls.Rule{Code: calls.RuleGroups, Limit: 2}, nil, three, Facts{}, "", Holds},
		"more groups":               {calls.Rule{Code: calls.RuleGroups, Limit: 3}, nil, three, Facts{}, "", Broken},
		"regions":                   {calls.Rule{Code: calls.RuleRegions, Limit: 2}, nil, three, Facts{Region: region}, "", Holds},
		"eligible":                  {calls.Rule{Code: calls.RuleEligible, Codes: []string{"igo"}}, nil, nil, Facts{Group: "igo"}, "", Holds},
		"another group":             {calls.Rule{Code: calls.RuleEligible, Codes: []string{"igo"}}, nil, nil, Facts{Group: "media"}, "", Broken},
		"no group known":            {calls.Rule{Code: calls.RuleEligible, Codes: []string{"igo"}}, nil, nil, Facts{}, "", Unknown},
	} {
		x.rule.Severity = calls.Blocks
		got := Screen([]calls.Rule{x.rule}, form, Proposal{Answers: x.answers, OrgKey: x.org}, x.parties, x.facts)
		if len(got) != 1 || got[0].Outcome != x.want || got[0].Stops() != (x.want == Broken) {
			t.Errorf("%s: %+v, want %s", name, got, x.want)
		}
	}
	f := Finding{Outcome: Broken, Severity: calls.Warns}
	if f.Stops() {
		t.Error("a rule that warns stops")
	}
	f.Severity, f.Overruled = calls.Blocks, "The report was lost by the secretariat."
	if f.Stops() {
		t.Error("a rule that was overruled stops")
	}
}
