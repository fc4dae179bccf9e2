package exchange

import (
	"regexp"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/topics"
	"plenary/internal/forum/vocab"
)

// otherInput names a call of another edition to which a call goes back.
const otherInput = "input_call"

// inputRelations are the tables of calls for input, of what was handed in to them, and of
// what was made of its tags. A public package holds what the pages show to everybody.
var inputRelations = []relation{
	// A published call stands on its page with nearly all that it says. Not public are the
	// addresses of those who were invited (invited), what only the receipt says (thanks) and
	// whether the form shows proposers what is like theirs (alike).
	{name: "calls", key: []string{"id"}, unique: [][]string{{"ref"}}, edition: "edition", since: 3, columns: []column{
		id("id"), text("ref").must().such(addressPart), must("edition", "editions"), maybe("body", "bodies"), one("kind", calls.CallKinds...), integer("position"),
		words("title"), words("about"), words("thanks").kept(), truth("published"), prose("cancelled"), instant("opens"), instant("closes"), text("zone").such(zone),
		instant("announced").orNull(), one("audience", calls.Audiences...), value[[]string]("body_kinds").good(knownBodyKinds), value[[]string]("invited").kept(),
		integer("per_person"), integer("per_org"), value[[]string]("langs").good(knownLangs), text("becomes"), one("shown", calls.Shown...), truth("alike").kept(),
		value[[]calls.Rule]("rules").with(ruleGroups).good(goodRules), maybe("previous", "calls or "+otherThings), integer("form_version"), instant("created"), version,
		truth("wanted"),
	}},
	// Every form that is or was in force is public: proposals are read with that of their
	// own time. The draft (number 0) is for who runs the call.
	{name: "call_forms", key: []string{"call", "number"}, since: 3, columns: []column{
		must("call", "calls"), integer("number"), value[calls.Form]("form").good(goodForm), instant("published").orNull(), version,
	}},
	// Why a window was moved is written for everybody.
	{name: "call_moves", key: []string{"id"}, since: 3, columns: []column{
		id("id"), must("call", "calls"), instant("was"), instant("now"), words("reason"), instant("at"),
	}},
	// The cycle is public. A step that hangs on a call that is not stands without it.
	{name: "cycle_steps", key: []string{"id"}, edition: "edition", since: 3, columns: []column{
		id("id"), must("edition", "editions"), integer("position"), words("name"), words("about"), text("counted").must(), integer("days"), date("day"),
		text("clock").such(clockOrNone), text("zone").such(zone), integer("until"), maybe("call", "calls"), text("url").such(addressOrNone), version,
	}},
	// A proposal is public where its call shows it to everybody: its answers without the
	// private ones and without the people in them, who stand in a table of their own. Who
	// proposes is known by account here (account) and as a person and an organisation to
	// the staff; when it was begun, from what it was copied and what the staff wrote to the
	// proposer (note) are between these. What was never handed in is somebody's own and
	// leaves in no package, nor do attached files.
	{name: "proposals", key: []string{"id"}, edition: "edition", since: 3, columns: []column{
		id("id"), must("call", "calls"), must("edition", "editions"), integer("number"), integer("form_version"), one("state", handedIn()...),
		text("lang").such(core.LangKnown), value[calls.Answers]("answers").with(answerCodes).good(noFiles), prose("title"), text("account").here(),
		maybe("person", "people").kept(), text("organisation").kept(), text("org_key").kept(), maybe("copied_from", "proposals").kept(), prose("note").kept(),
		instant("created").kept(), instant("updated"), instant("submitted").orNull(), version, truth("wanted"),
	}},
	// Earlier states of a proposal are for those who edit and judge it; who saved them is
	// known by account (by_account).
	{name: "proposal_revisions", key: []string{"proposal", "number"}, since: 3, closed: true, columns: []column{
		must("proposal", "proposals"), integer("number"), integer("form_version"), value[calls.Answers]("answers").with(answerCodes).good(noFiles), instant("at"),
		text("by_account").here(),
	}},
	// Of the people named in a proposal those are public who have agreed, with what their
	// page shows. Addresses, gender, the language in which and the times when they were
	// asked, and whether the proposer had asked before are for the staff. The hash of the
	// token in a mail (token) leaves in no package.
	{name: "proposal_people", key: []string{"id"}, since: 3, columns: []column{
		id("id"), must("proposal", "proposals"), text("question").must(),
		one("means", "", calls.MeansOwner, calls.MeansSpeaker, calls.MeansOnsite, calls.MeansOnline, calls.MeansReporter), integer("position"), text("name"), text("name_key"),
		text("email").kept(), text("email_key").kept(), text("organisation"), code("stakeholder", vocab.Groups), code("country", vocab.CountryList),
		one("gender", append([]string{""}, proposals.Genders...)...).kept(), one("onsite", "", "onsite", "online"), truth("asked").kept(),
		one("state", proposals.Named, proposals.Invited, proposals.Confirmed, proposals.Declined), truth("own"), maybe("person", "people"),
		text("lang").such(langOrNone).kept(), text("token").here(), instant("invited").orNull().kept(), instant("answered").orNull().kept(), truth("gone"),
	}},
	// What screening finds is told to proposers and staff.
	{name: "proposal_findings", key: []string{"proposal", "rule"}, since: 3, closed: true, columns: []column{
		must("proposal", "proposals"), one("rule", calls.RuleCodes...), one("outcome", proposals.Holds, proposals.Broken, proposals.Unknown),
		value[map[string]any]("args"), prose("overruled"), text("by_name"), instant("at"),
	}},
	// Who would speak where a speaker is looked for is between her and the proposers; so is
	// which proposals would be merged. Nobody reads the address of an offer before the offer
	// is taken (email): until then it leaves in no package. Accounts stay here.
	{name: "proposal_offers", key: []string{"id"}, since: 3, closed: true, columns: []column{
		id("id"), must("proposal", "proposals"), prose("profile"), text("account").here(), truth("self"), text("name"), text("email"), text("organisation"),
		code("stakeholder", vocab.Groups), code("country", vocab.CountryList), prose("words"), one("state", proposals.OfferOpen, proposals.OfferTaken, proposals.OfferAside),
		instant("at"), instant("answered").orNull(),
	}},
	{name: "proposal_merges", key: []string{"id"}, unique: [][]string{{"proposal", "other"}}, since: 3, closed: true, columns: []column{
		id("id"), must("call", "calls"), must("proposal", "proposals"), must("other", "proposals"), text("by_account").here(), text("by_name"), prose("words"),
		one("state", proposals.WishAsked, proposals.WishInterested, proposals.WishNotInterested), prose("reply"), text("reply_name"), instant("at"),
		instant("answered").orNull(),
	}},
	// A tag is public that everybody sees in the copy too: named by curators, or written in
	// an input that is in the package; not a hidden one, nor why it was hidden (reason).
	{name: "topic_tags", key: []string{"id"}, unique: [][]string{{"edition", "head"}}, edition: "edition", since: 3, columns: []column{
		id("id"), must("edition", "editions"), text("head").must(), words("name"), truth("offered"), truth("hidden"), prose("reason").kept(), instant("created"), version,
	}},
	// So is a spelling that gives a public tag its address or stands in a public input.
	{name: "topic_spellings", key: []string{"edition", "fold"}, edition: "edition", since: 3, columns: []column{
		must("edition", "editions"), text("fold").must(), must("tag", "topic_tags"),
	}},
	// Merges are public that stand, as far as their spellings are.
	{name: "topic_merges", key: []string{"id"}, unique: [][]string{{"edition", "number"}}, edition: "edition", since: 3, columns: []column{
		id("id"), must("edition", "editions"), integer("number"), must("tag", "topic_tags"), value[[]topics.Moved]("moved"), instant("made"), instant("undone").orNull(),
	}},
	// What is kept apart, and clusters and what was put into them, is the work of curators.
	{name: "topic_apart", key: []string{"edition", "one", "other"}, edition: "edition", since: 3, closed: true, columns: []column{
		must("edition", "editions"), text("one").must(), text("other").must(),
	}},
	{name: "topic_clusters", key: []string{"id"}, edition: "edition", since: 3, closed: true, columns: []column{
		id("id"), must("edition", "editions"), words("name"), maybe("theme", "themes"), instant("created"), version,
	}},
	{name: "topic_places", key: []string{"edition", "input"}, edition: "edition", since: 3, closed: true, columns: []column{
		must("edition", "editions"), must("input", "proposals"), must("cluster", "topic_clusters"),
	}},
	// What was decided about themes is public, but for the cluster of which it was; of the
	// inputs those that are in the package.
	{name: "topic_decisions", key: []string{"id"}, unique: [][]string{{"edition", "number"}}, edition: "edition", since: 3, columns: []column{
		id("id"), must("edition", "editions"), integer("number"), must("theme", "themes"), maybe("cluster", "topic_clusters").kept(), date("day").must(),
		maybe("body", "bodies"), words("body_name"), words("name"), words("reason"), text("minutes").such(addressOrNone), value[[]string]("words"),
		value[[]core.ID]("inputs"), instant("made"),
	}},
}

// handedIn are the states of proposals that were handed in.
func handedIn() []string {
	return slices.DeleteFunc(slices.Clone(proposals.States), func(s string) bool { return s == proposals.StateDraft })
}

var clockForm = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

func clockOrNone(s string) bool { return s == "" || clockForm.MatchString(s) }

func knownBodyKinds(v any) bool {
	kinds := bodyKinds()
	return !slices.ContainsFunc(*v.(*[]string), func(k string) bool { return !slices.Contains(kinds, k) })
}

func goodRules(v any) bool {
	seen := map[string]bool{}
	for _, r := range *v.(*[]calls.Rule) {
		if !slices.Contains(calls.RuleCodes, r.Code) || !slices.Contains(calls.Severities, r.Severity) || seen[r.Code] {
			return false
		}
		seen[r.Code] = true
	}
	return true
}

func ruleGroups(v any) []codeUse {
	var out []codeUse
	for _, r := range *v.(*[]calls.Rule) {
		out = append(out, codesOf(vocab.Groups, r.Codes)...)
	}
	return out
}

// goodForm checks the kinds and texts of a form's questions; whether it can be filled in is checked of those
// that were published.
func goodForm(v any) bool {
	f := v.(*calls.Form)
	good := true
	for _, s := range f.Sections {
		good = good && goodText(s.Title) && goodText(s.Help)
	}
	f.Each(func(_, _ int, q *calls.Question) {
		good = good && slices.Contains(calls.Kinds, q.Kind) && goodText(q.Label) && goodText(q.Help) && goodOptions(q.Options) && goodOptions(q.Rows)
	})
	return good
}

func goodOptions(list []calls.Option) bool {
	return !slices.ContainsFunc(list, func(o calls.Option) bool { return !goodText(o.Label) })
}

// noFiles: files stay in the store of the forum that has them.
func noFiles(v any) bool {
	for _, a := range *v.(*calls.Answers) {
		if a.File != nil {
			return false
		}
	}
	return true
}

// answerCodes are the codes of vocabularies in answers.
func answerCodes(v any) []codeUse {
	var out []codeUse
	for _, a := range *v.(*calls.Answers) {
		out = append(out, codeUse{vocab.CountryList, a.Place})
		for _, p := range a.People {
			out = append(out, codeUse{vocab.Groups, p.Group}, codeUse{vocab.CountryList, p.Country})
		}
	}
	return out
}
