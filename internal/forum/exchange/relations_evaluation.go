package exchange

import (
	"plenary/internal/core"
	"plenary/internal/forum/review"
	"plenary/internal/forum/vocab"
)

// evaluationRelations are the tables of the evaluation of proposals. Nothing of it is
// public. To the staff it goes as they see it on its pages: without reviews that were not
// submitted, which are the reviewers' own, and without accounts. A reviewer without an
// account is known by her address, by which conflicts are found: it stays (email). When
// somebody was reminded (review_reminders) leaves in no package, for that mail is of one
// installation; nor does what a reviewer has typed and not saved.
var evaluationRelations = []relation{
	{name: "review_phases", key: []string{"id"}, unique: [][]string{{"call", "number"}}, since: 3, closed: true, columns: []column{
		id("id"), must("call", "calls"), integer("number"), words("name"), instant("opens"), instant("closes"), text("zone").such(zone), integer("reviews"),
		integer("min_load"), integer("max_load"), integer("of_group"), one("langs", review.LangRules...), truth("blind"), truth("named"), truth("bidding"),
		one("shown", review.Showns...), one("discussion", review.Discussions...), one("feedback", review.Feedbacks...), version,
	}},
	{name: "review_criteria", key: []string{"id"}, since: 3, closed: true, columns: []column{
		id("id"), must("call", "calls"), integer("position"), words("label"), words("about"), integer("weight"), value[[]core.Text]("anchors"), integer("threshold"), version,
	}},
	{name: "review_reviewers", key: []string{"id"}, since: 3, closed: true, columns: []column{
		id("id"), must("call", "calls"), text("account").here(), maybe("person", "people"), text("email"), text("email_key"), text("name"), maybe("body", "bodies"),
		code("stakeholder", vocab.Groups), code("region", vocab.Regions), text("organisation"), value[[]string]("langs"), value[[]string]("topics"),
		integer("min_load"), integer("max_load"), truth("gone"), instant("created"), version,
	}},
	{name: "review_conflicts", key: []string{"reviewer", "proposal"}, since: 3, closed: true, columns: []column{
		must("reviewer", "review_reviewers"), must("proposal", "proposals"), one("declared", "", review.ByReviewer, review.ByStaff), prose("words"), prose("overruled"),
		value[[]string]("codes"), text("by_name"), instant("at"),
	}},
	{name: "review_bids", key: []string{"reviewer", "proposal"}, since: 3, closed: true, columns: []column{
		must("reviewer", "review_reviewers"), must("proposal", "proposals"), one("bid", review.BidKinds...),
	}},
	{name: "review_assignments", key: []string{"phase", "proposal", "reviewer"}, since: 3, closed: true, columns: []column{
		must("phase", "review_phases"), must("proposal", "proposals"), must("reviewer", "review_reviewers"), truth("pinned"), instant("at"),
	}},
	{name: "review_reviews", key: []string{"phase", "proposal", "reviewer"}, since: 3, closed: true, columns: []column{
		must("phase", "review_phases"), must("proposal", "proposals"), must("reviewer", "review_reviewers"), one("state", review.Submitted, review.Abstained),
		value[map[core.ID]review.Mark]("marks").good(goodMarks), prose("for_proposer"), prose("for_committee"), prose("reason"), instant("updated"),
		instant("submitted").orNull(), version,
	}},
	{name: "review_remarks", key: []string{"id"}, since: 3, closed: true, columns: []column{
		id("id"), must("phase", "review_phases"), must("proposal", "proposals"), maybe("reviewer", "review_reviewers"), text("account").here(), text("name"),
		prose("body"), instant("at"),
	}},
}

func goodMarks(v any) bool {
	for id, m := range *v.(*map[core.ID]review.Mark) {
		if !id.Valid() || m.Mark < 0 || m.Mark > review.BestMark {
			return false
		}
	}
	return true
}
