package exchange

import (
	"slices"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/selection"
	"plenary/internal/forum/vocab"
)

// selectionRelations are the tables of how the answers to calls were selected. To the staff
// all of it goes as they see it on its pages, without accounts. Of a round everybody may
// know when and by whom it was decided, and figures; but these follow from facts about all
// proposals, also such as nobody may read, and about the genders of few people (inputs). A
// round without them is none: it tells wrong figures, and its digest names nothing. So a
// public package holds no round, and no result, which would be one of no round; nor rules,
// which may have changed since. What was decided of a public proposal is its state, and the
// session that it became is known to everybody.
var selectionRelations = []relation{
	{name: "selections", key: []string{"call"}, since: 3, closed: true, columns: []column{
		must("call", "calls"), value[selection.Rules]("rules").decimals().good(goodSelectionRules).with(selectionRuleCodes),
		value[[]selection.Reason]("reasons").good(goodReasons), value[[]selection.Task]("tasks").good(goodTasks), words("about"), version,
	}},
	{name: "selection_choices", key: []string{"proposal"}, since: 3, closed: true, columns: []column{
		must("proposal", "proposals"), must("call", "calls"), one("choice", selection.Choices...), text("type"), maybe("target", "proposals"), prose("conditions"),
		value[[]string]("reasons"), prose("words"), prose("note"), text("account").here(), text("by_name"), instant("at"), version,
	}},
	{name: "selection_mergers", key: []string{"id"}, since: 3, closed: true, columns: []column{
		id("id"), must("call", "calls"), must("one", "proposals"), must("two", "proposals"), prose("words"),
		one("state", selection.MergerAsked, selection.MergerAgreed, selection.MergerRefused, selection.MergerDropped),
		one("one_says", "", selection.SaysYes, selection.SaysNo), one("two_says", "", selection.SaysYes, selection.SaysNo), prose("one_words"), prose("two_words"),
		text("by_name"), instant("at"), instant("answered").orNull(), version,
	}},
	{name: "selection_rounds", key: []string{"call", "number"}, since: 3, closed: true, columns: []column{
		must("call", "calls"), integer("number"), instant("at"), text("by_name"), maybe("body", "bodies"), words("note"),
		value[selection.Inputs]("inputs").decimals().good(goodInputs).with(inputCodes), value[selection.Facts]("facts").decimals().good(goodFacts), text("digest").must(),
	}},
	{name: "selection_results", key: []string{"call", "round", "proposal"}, since: 3, closed: true, columns: []column{
		must("call", "calls"), integer("round"), must("proposal", "proposals"), integer("place"), one("choice", selection.Choices...), text("type"),
		maybe("target", "proposals"), prose("conditions"), value[[]string]("reasons"), prose("words"), truth("hand"),
		one("why", "", selection.WhyHand, selection.WhyBest, selection.WhyRoom, selection.WhyCap, selection.WhyFull, selection.WhyFloor, selection.WhyFew),
		one("answer", "", selection.AnswerTaken, selection.AnswerRefused, selection.AnswerMet, selection.AnswerNotMet), instant("answered").orNull(), text("by_name"), version,
	}},
	// Which session a public proposal became is shown with both; when they were tied to one
	// another is not.
	{name: "selection_sessions", key: []string{"proposal"}, edition: "edition", since: 3, columns: []column{
		must("proposal", "proposals"), must("session", "sessions"), must("edition", "editions"), instant("at").kept(),
	}},
	{name: "selection_letters", key: []string{"call", "kind", "lang"}, since: 3, closed: true, columns: []column{
		must("call", "calls"), one("kind", selection.Choices...), one("lang", core.Langs...), text("subject").must().such(selection.LetterHolds),
		prose("body").must().such(selection.LetterHolds), version,
	}},
	{name: "selection_done", key: []string{"proposal", "task"}, since: 3, closed: true, columns: []column{
		must("proposal", "proposals"), id("task"), text("by_name"), instant("at"),
	}},
	{name: "selection_news", key: []string{"id"}, since: 3, closed: true, columns: []column{
		id("id"), must("call", "calls"), words("title"), words("body"), text("by_name"), instant("at"),
	}},
}

func goodSelectionRules(v any) bool { return rulesHold(*v.(*selection.Rules)) }

func rulesHold(r selection.Rules) bool {
	for _, n := range []int{r.Least, r.First, r.Cap, r.Waiting} {
		if n < 0 {
			return false
		}
	}
	return (r.Measure == selection.ByMean || r.Measure == selection.ByNormalised) &&
		!slices.ContainsFunc(r.Quotas, func(q selection.Quota) bool { return q.Type == "" || q.Places < 0 }) &&
		!slices.ContainsFunc(r.Bonuses, func(b selection.Bonus) bool { return !slices.Contains(selection.BonusKinds, b.Of) })
}

func selectionRuleCodes(v any) []codeUse { return bonusCodes(*v.(*selection.Rules)) }

// bonusCodes are the codes of those whom rules prefer.
func bonusCodes(r selection.Rules) []codeUse {
	var out []codeUse
	lists := map[string]string{selection.ForClass: vocab.Classes, selection.ForRegion: vocab.Regions, selection.ForGroup: vocab.Groups}
	for _, b := range r.Bonuses {
		if list := lists[b.Of]; list != "" {
			out = append(out, codeUse{list, b.Code})
		}
	}
	return out
}

func goodReasons(v any) bool {
	seen := map[string]bool{}
	for _, r := range *v.(*[]selection.Reason) {
		if r.Code == "" || seen[r.Code] || !goodText(r.Label) {
			return false
		}
		seen[r.Code] = true
	}
	return true
}

func goodTasks(v any) bool {
	seen := map[core.ID]bool{}
	for _, t := range *v.(*[]selection.Task) {
		if _, err := time.Parse(time.DateOnly, t.Due); err != nil || !t.ID.Valid() || seen[t.ID] || !goodText(t.Label) || !goodText(t.About) {
			return false
		}
		seen[t.ID] = true
	}
	return true
}

// goodInputs checks what a round followed from: proposals once each, and what was chosen
// of them. They need not be in the package.
func goodInputs(v any) bool {
	in := v.(*selection.Inputs)
	rows, hands := map[core.ID]bool{}, map[core.ID]bool{}
	for _, r := range in.Rows {
		if !r.ID.Valid() || rows[r.ID] || min(r.Number, r.N, r.Women, r.Men, r.Others, r.NotSaid) < 0 || r.Lang != "" && !core.LangKnown(r.Lang) {
			return false
		}
		rows[r.ID] = true
	}
	for _, h := range in.Hands {
		if !rows[h.Proposal] || hands[h.Proposal] || !slices.Contains(selection.Choices, h.Choice) {
			return false
		}
		hands[h.Proposal] = true
	}
	return rulesHold(in.Rules)
}

func inputCodes(v any) []codeUse {
	in := v.(*selection.Inputs)
	out := bonusCodes(in.Rules)
	for _, r := range in.Rows {
		out = append(append(out, codeUse{vocab.Groups, r.Group}, codeUse{vocab.Regions, r.Region}), codesOf(vocab.Classes, r.Classes)...)
	}
	return out
}

func goodFacts(v any) bool {
	f := v.(*selection.Facts)
	return min(f.HandedIn, f.Reviewers) >= 0 && !slices.ContainsFunc(f.Criteria, func(w selection.Weighed) bool { return w.Weight < 0 || !goodText(w.Label) })
}
