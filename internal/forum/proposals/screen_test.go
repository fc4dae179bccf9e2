package proposals_test

import (
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
)

// The rules of 2023 (process.md 2.3), one by one: what holds, what does not, and what is
// not known.
func TestRules(t *testing.T) {
	form := calls.Form{Sections: []calls.Section{{Title: core.NewText("en", "Session"), Questions: []calls.Question{
		{Key: "title", Kind: calls.KindText, Label: core.NewText("en", "Title"), Means: calls.MeansTitle, Required: true},
		{Key: "why", Kind: calls.KindArea, Label: core.NewText("en", "Why"), Required: true},
	}}}}
	speaker := func(name, state, gender, onsite string, asked bool) proposals.Party {
		return proposals.Party{Means: calls.MeansSpeaker, Name: name, NameKey: core.Fold(name), State: state, Gender: gender, Onsite: onsite, Asked: asked, Country: map[string]string{"A": "KE", "B": "FR"}[name]}
	}
	three := []proposals.Party{
		speaker("A", proposals.Confirmed, proposals.Woman, "onsite", false), speaker("B", proposals.Confirmed, proposals.Man, "onsite", false), speaker("C", proposals.Named, "", "online", true),
		{Means: calls.MeansOnsite, Name: "M", State: proposals.Invited},
		{Means: calls.MeansOwner, Group: "government"},
		{Means: calls.MeansOwner, Group: "civil-society"},
	}
	region := func(c string) string { return map[string]string{"KE": "african", "FR": "weog"}[c] }
	for name, x := range map[string]struct {
		rule    calls.Rule
		answers calls.Answers
		parties []proposals.Party
		facts   proposals.Facts
		org     string
		want    string
	}{
		"complete":                  {calls.Rule{Code: calls.RuleComplete}, calls.Answers{"title": {Text: "T"}, "why": {Text: "W"}}, nil, proposals.Facts{}, "", proposals.Holds},
		"a blank answer":            {calls.Rule{Code: calls.RuleComplete}, calls.Answers{"title": {Text: "T"}, "why": {Text: "  "}}, nil, proposals.Facts{}, "", proposals.Broken},
		"three speakers":            {calls.Rule{Code: calls.RuleSpeakers, Limit: 3}, nil, three, proposals.Facts{}, "", proposals.Holds},
		"four wanted":               {calls.Rule{Code: calls.RuleSpeakers, Limit: 4}, nil, three, proposals.Facts{}, "", proposals.Broken},
		"one has declined":          {calls.Rule{Code: calls.RuleSpeakers, Limit: 3}, nil, append([]proposals.Party{speaker("D", proposals.Declined, "", "", true)}, three[:2]...), proposals.Facts{}, "", proposals.Broken},
		"genders":                   {calls.Rule{Code: calls.RuleGender}, nil, three, proposals.Facts{}, "", proposals.Holds},
		"one gender, one unsaid":    {calls.Rule{Code: calls.RuleGender}, nil, []proposals.Party{three[0], three[2]}, proposals.Facts{}, "", proposals.Unknown},
		"all women":                 {calls.Rule{Code: calls.RuleGender}, nil, []proposals.Party{three[0], speaker("E", proposals.Confirmed, proposals.Woman, "", false)}, proposals.Facts{}, "", proposals.Broken},
		"who declined is no gender": {calls.Rule{Code: calls.RuleGender}, nil, []proposals.Party{three[0], speaker("E", proposals.Declined, proposals.Man, "", false)}, proposals.Facts{}, "", proposals.Broken},
		"on site":                   {calls.Rule{Code: calls.RuleOnsite, Limit: 2}, nil, three, proposals.Facts{}, "", proposals.Holds},
		"no moderator on site":      {calls.Rule{Code: calls.RuleOnsite, Limit: 2}, nil, three[:3], proposals.Facts{}, "", proposals.Broken},
		"no online moderator":       {calls.Rule{Code: calls.RuleOnline}, nil, three, proposals.Facts{}, "", proposals.Broken},
		"a member":                  {calls.Rule{Code: calls.RuleMember}, nil, nil, proposals.Facts{Advisory: true}, "", proposals.Broken},
		"no member":                 {calls.Rule{Code: calls.RuleMember}, nil, nil, proposals.Facts{}, "", proposals.Holds},
		"a report is owed":          {calls.Rule{Code: calls.RuleReport}, nil, nil, proposals.Facts{Owed: 1}, "", proposals.Broken},
		"none is":                   {calls.Rule{Code: calls.RuleReport}, nil, nil, proposals.Facts{}, "", proposals.Holds},
		"nobody knows":              {calls.Rule{Code: calls.RuleReport}, nil, nil, proposals.Facts{Owed: -1}, "", proposals.Unknown},
		"a third of three":          {calls.Rule{Code: calls.RulePerPerson, Limit: 3}, nil, nil, proposals.Facts{OwnOthers: 2}, "", proposals.Holds},
		"a fourth of three":         {calls.Rule{Code: calls.RulePerPerson, Limit: 3}, nil, nil, proposals.Facts{OwnOthers: 3}, "", proposals.Broken},
		"an organisation's fourth":  {calls.Rule{Code: calls.RulePerOrg, Limit: 3}, nil, nil, proposals.Facts{OrgOthers: 3}, "river", proposals.Broken},
		"nobody's organisation":     {calls.Rule{Code: calls.RulePerOrg, Limit: 3}, nil, nil, proposals.Facts{OrgOthers: 3}, "", proposals.Holds},
		"speaks everywhere":         {calls.Rule{Code: calls.RuleSpeaking, Limit: 3}, nil, three, proposals.Facts{Speaking: map[string]int{core.Fold("B"): 3}}, "", proposals.Broken},
		"speaks often":              {calls.Rule{Code: calls.RuleSpeaking, Limit: 3}, nil, three, proposals.Facts{Speaking: map[string]int{core.Fold("B"): 2}}, "", proposals.Holds},
		"groups":                    {calls.Rule{Code: calls.RuleGroups, Limit: 2}, nil, three, proposals.Facts{}, "", proposals.Holds},
		"more groups":               {calls.Rule{Code: calls.RuleGroups, Limit: 3}, nil, three, proposals.Facts{}, "", proposals.Broken},
		"regions":                   {calls.Rule{Code: calls.RuleRegions, Limit: 2}, nil, three, proposals.Facts{Region: region}, "", proposals.Holds},
		"eligible":                  {calls.Rule{Code: calls.RuleEligible, Codes: []string{"igo"}}, nil, nil, proposals.Facts{Group: "igo"}, "", proposals.Holds},
		"another group":             {calls.Rule{Code: calls.RuleEligible, Codes: []string{"igo"}}, nil, nil, proposals.Facts{Group: "media"}, "", proposals.Broken},
		"no group known":            {calls.Rule{Code: calls.RuleEligible, Codes: []string{"igo"}}, nil, nil, proposals.Facts{}, "", proposals.Unknown},
	} {
		x.rule.Severity = calls.Blocks
		got := proposals.Screen([]calls.Rule{x.rule}, form, proposals.Proposal{Answers: x.answers, OrgKey: x.org}, x.parties, x.facts)
		if len(got) != 1 || got[0].Outcome != x.want || got[0].Stops() != (x.want == proposals.Broken) {
			t.Errorf("%s: %+v, want %s", name, got, x.want)
		}
	}
	f := proposals.Finding{Outcome: proposals.Broken, Severity: calls.Warns}
	if f.Stops() {
		t.Error("a rule that warns stops")
	}
	f.Severity, f.Overruled = calls.Blocks, "The report was lost by the secretariat."
	if f.Stops() {
		t.Error("a rule that was overruled stops")
	}
}
