package exchange

import (
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/internal/forum/vocab"
)

// sort is what a column holds.
type sort string

// The sorts of columns, as the package and its description name them.
const (
	isText    sort = "text"
	isID      sort = "id"
	isDate    sort = "date" // a day, a month or a year, or nothing
	isInteger sort = "integer"
	isTruth   sort = "boolean"
	isInstant sort = "instant" // microseconds in the database, RFC 3339 in the package
	isShare   sort = "share"   // a number from 0 to 1
	isJSON    sort = "json"
)

// column is one column of a table in a package.
type column struct {
	name   string
	sort   sort
	null   bool     // NULL is a value of it
	filled bool     // text, id or date: it may not be empty
	long   bool     // text of any length; others are names, keys and codes
	ref    string   // the table whose rows it names
	words  string   // the vocabulary whose code it is
	choice []string // the words that it may be
	check  func(string) bool
	shape  func() any          // JSON: what it is read into
	right  func(any) bool      // JSON: what else must hold of it
	codes  func(any) []codeUse // JSON: the vocabulary codes in it
	// fractions says that numbers in JSON may be no whole ones.
	fractions bool
	// secret says that a public package holds the column without what was in it.
	secret bool
	// local says that no package carries it: it names something of this installation.
	local bool
}

// codeUse is a code of a vocabulary that a value uses.
type codeUse struct{ words, code string }

// relation is one table of a package.
type relation struct {
	name   string
	key    []string
	unique [][]string // further columns that name a row
	// edition is the column that names the edition; empty where the table has none.
	edition string
	// since is the format in which the table came; 0 for those of the first.
	since int
	// closed says that a public package holds no row of it.
	closed  bool
	columns []column
}

func (r *relation) column(name string) *column {
	for i := range r.columns {
		if r.columns[i].name == name {
			return &r.columns[i]
		}
	}
	return nil
}

// The makers of columns; what they make is narrowed by the methods below.

func id(name string) column           { return column{name: name, sort: isID, filled: true} }
func text(name string) column         { return column{name: name, sort: isText} }
func prose(name string) column        { return column{name: name, sort: isText, long: true} }
func date(name string) column         { return column{name: name, sort: isDate} }
func integer(name string) column      { return column{name: name, sort: isInteger} }
func share(name string) column        { return column{name: name, sort: isShare} }
func truth(name string) column        { return column{name: name, sort: isTruth} }
func instant(name string) column      { return column{name: name, sort: isInstant} }
func maybe(name, table string) column { return column{name: name, sort: isID, ref: table} }
func must(name, table string) column  { return column{name: name, sort: isID, ref: table, filled: true} }
func code(name, words string) column  { return column{name: name, sort: isText, words: words} }

func one(name string, choice ...string) column {
	return column{name: name, sort: isText, choice: choice}
}

func value[T any](name string) column {
	return column{name: name, sort: isJSON, shape: func() any { return new(T) }}
}

func words(name string) column { return value[core.Text](name) }

func (c column) orNull() column                    { c.null = true; return c }
func (c column) must() column                      { c.filled = true; return c }
func (c column) kept() column                      { c.secret = true; return c }
func (c column) here() column                      { c.local = true; return c }
func (c column) such(ok func(string) bool) column  { c.check = ok; return c }
func (c column) good(ok func(any) bool) column     { c.right = ok; return c }
func (c column) with(f func(any) []codeUse) column { c.codes = f; return c }
func (c column) decimals() column                  { c.fractions = true; return c }

// version stands in every table whose rows are edited.
var version = integer("version")

// relations are the tables of a package in the order in which they are written: each
// after those that it names.
var relations = slices.Concat(plainRelations, floorRelations, paperRelations, reviewRelations, pollRelations, ledgerRelations, inputRelations, evaluationRelations, selectionRelations)

// plainRelations are the tables of those rooms that have no file of their own here.
var plainRelations = []relation{
	{name: "organisations", key: []string{"id"}, columns: []column{
		id("id"), words("name"), text("acronym"), code("kind", vocab.Kinds), code("country", vocab.CountryList), text("url").such(addressOrNone),
		text("name_key"), text("source").kept(), instant("created"), instant("updated"), version,
	}},
	{name: "organisation_names", key: []string{"organisation", "form"}, columns: []column{
		must("organisation", "organisations"), text("form"), text("name_key"), text("words_key"),
	}},
	{name: "org_members", key: []string{"network", "member"}, columns: []column{
		must("network", "organisations"), must("member", "organisations"), date("from_date"), date("until_date"),
	}},
	{name: "people", key: []string{"id"}, columns: []column{
		id("id"), text("name").must(), text("honorific"), text("given"), text("family"), words("names"), code("country", vocab.CountryList),
		text("gender").kept(), words("bio"), value[[]people.Link]("links").good(personLinks), value[[]string]("languages").with(languages),
		text("name_key"), truth("public"), truth("listed"), truth("show_affiliations"), truth("show_contact"), text("source").kept(),
		maybe("merged_into", "people"), instant("created"), instant("updated"), version,
	}},
	{name: "person_names", key: []string{"person", "form"}, columns: []column{
		must("person", "people"), text("form"), text("name_key"), text("words_key"), text("initial_key"),
	}},
	{name: "affiliations", key: []string{"id"}, columns: []column{
		id("id"), must("person", "people"), maybe("organisation", "organisations").orNull(), text("organisation_name"), text("title"),
		code("stakeholder", vocab.Groups), code("country", vocab.CountryList), date("from_date"), date("until_date"), integer("rank"),
	}},
	{name: "bodies", key: []string{"id"}, unique: [][]string{{"kind", "slug"}}, columns: []column{
		id("id"), one("kind", bodyKinds()...), text("slug").must(), words("name"), text("acronym"), words("purpose"), code("country", vocab.CountryList),
		code("region", vocab.Regions), date("founded"), date("recognised"), date("started"), date("ended"), one("status", bodies.Statuses...),
		value[[]bodies.Year]("years"), value[[]bodies.Outlink]("links").good(bodyLinks), maybe("parent", "bodies").orNull(), words("as_seen"), text("source"),
		instant("created"), version,
	}},
	{name: "body_seats", key: []string{"id"}, columns: []column{
		id("id"), must("body", "bodies"), maybe("person", "people"), maybe("organisation", "organisations"), one("role", bodies.SeatRoles...),
		date("from_date"), date("until_date"), integer("term"), code("stakeholder_group", vocab.Groups), words("note"), instant("created"), version,
	}},
	{name: "editions", key: []string{"id"}, unique: [][]string{{"slug"}}, edition: "id", columns: []column{
		id("id"), text("slug").must().such(editionSlug), integer("year"), integer("ordinal"), one("state", editions.StateDraft, editions.StatePublic, editions.StateHeld),
		truth("sample"), words("name"), words("theme"), words("city"), code("country", vocab.CountryList), words("host"), text("zone").such(zone),
		date("first_day"), date("last_day"), date("day_zero"), truth("dates_count_day_zero"), version,
	}},
	{name: "venues", key: []string{"id"}, edition: "edition", columns: []column{
		id("id"), must("edition", "editions"), integer("position"), words("name"), prose("address"),
	}},
	{name: "rooms", key: []string{"id"}, unique: [][]string{{"slug"}}, edition: "edition", columns: []column{
		id("id"), must("edition", "editions"), maybe("venue", "venues"), integer("position"), text("slug").must(), words("name"), integer("capacity"),
		value[[]string]("aliases"), words("accessibility"), truth("informal"),
	}},
	{name: "themes", key: []string{"id"}, unique: [][]string{{"slug"}}, edition: "edition", columns: []column{
		id("id"), must("edition", "editions"), integer("position"), text("slug").must(), integer("colour"), words("name"), words("about"),
	}},
	{name: "policy_questions", key: []string{"id"}, unique: [][]string{{"number"}}, edition: "edition", columns: []column{
		id("id"), must("edition", "editions"), integer("position"), text("number"), maybe("theme", "themes"), words("question"),
	}},
	{name: "edition_figures", key: []string{"id"}, edition: "edition", columns: []column{
		id("id"), must("edition", "editions"), integer("position"), one("indicator", editions.Indicators...), one("qualifier", editions.Qualifiers...),
		integer("amount"), prose("note"), prose("source"),
	}},
	{name: "session_types", key: []string{"id"}, unique: [][]string{{"slug"}, {"prefix"}}, edition: "edition", columns: []column{
		id("id"), must("edition", "editions"), integer("position"), text("slug").must(), text("prefix").must(), words("name"), value[[]int]("durations"),
		value[programme.Services]("services"), value[[]programme.Window]("windows"), integer("gap_minutes"), integer("takeaways_minutes"),
		integer("report_days"), truth("owes_messages"), version,
	}},
	{name: "sessions", key: []string{"id"}, unique: [][]string{{"ref"}}, edition: "edition", columns: []column{
		id("id"), must("edition", "editions"), text("ref").such(programme.ValidRef), must("type", "session_types"), integer("number"), words("title"), words("short_title"),
		words("description"), words("goal"), words("agenda"), value[[]core.Text]("guiding_questions"), code("format", vocab.Formats), maybe("theme", "themes"),
		value[[]string]("tags"), value[[]int]("sdgs"), value[[]string]("action_lines").with(actionLines), value[[]programme.Link]("links").good(sessionLinks),
		instant("starts").orNull(), instant("ends").orNull(), date("day"), maybe("room", "rooms"), code("language", vocab.Languages), truth("invited_only"),
		integer("open_floor_minutes"), maybe("body", "bodies"), one("state", programme.States...), words("cancelled_note"), prose("search_key"), prose("marks"),
		prose("next_title").here(), prose("next_short_title").here(), instant("created"), version,
	}},
	{name: "session_refs", key: []string{"edition", "ref"}, edition: "edition", columns: []column{
		must("edition", "editions"), text("ref").such(programme.ValidRef), must("session", "sessions"),
	}},
	{name: "session_questions", key: []string{"session", "question"}, columns: []column{
		must("session", "sessions"), must("question", "policy_questions"),
	}},
	{name: "session_tracks", key: []string{"session", "body"}, columns: []column{must("session", "sessions"), must("body", "bodies")}},
	{name: "session_roles", key: []string{"id"}, columns: []column{
		id("id"), must("session", "sessions"), integer("position"), maybe("person", "people"), maybe("organisation", "organisations"),
		one("role", programme.RoleNames...), value[people.Snapshot]("snapshot"), prose("affiliated"), truth("given"), words("note"),
	}},
	{name: "session_relations", key: []string{"id"}, unique: [][]string{{"from_session", "to_session", "kind"}}, columns: []column{
		id("id"), must("from_session", "sessions"), must("to_session", "sessions or other_sessions"), one("kind", programme.RelationKinds...), words("note"),
	}},
	// Sessions of other editions to which a relation leads: named, not carried.
	{name: elsewhere, key: []string{"id"}, columns: []column{
		id("id"), text("edition").must().such(editionSlug), text("ref").such(programme.ValidRef),
	}},
	{name: "documents", key: []string{"id"}, edition: "scope", columns: []column{
		id("id"), must("scope", "editions"), text("kind").must(), maybe("subject", ""), words("title"), one("orig_lang", core.Langs...), text("licence"),
		one("state", string(documents.StateDraft), string(documents.StatePublished)), integer("head_revision"), integer("published_revision"),
		integer("next_para"), instant("created"), instant("published_at").orNull(), version,
	}},
	{name: "document_revisions", key: []string{"id"}, unique: [][]string{{"document", "number"}}, columns: []column{
		id("id"), must("document", "documents"), integer("number"), integer("previous"), one("state", string(documents.StateDraft), string(documents.StatePublished)),
		text("stage"), truth("correction"), words("title"), prose("note"), maybe("author_account", "").here(), maybe("author_person", "people"), text("author_program"),
		instant("created"), instant("updated"), instant("published_at").orNull(), text("hash"), prose("frozen"),
	}},
	{name: "document_paragraphs", key: []string{"revision", "para"}, columns: []column{
		must("revision", "document_revisions"), text("para").must(), integer("position"), one("kind", paragraphKinds()...), integer("level"), words("body"),
		value[documents.Attrs]("attrs").with(degrees),
	}},
	{name: "document_sources", key: []string{"revision", "para", "position"}, columns: []column{
		must("revision", "document_revisions"), text("para"), integer("position"), integer("sentence"), text("kind").must(), text("ref").must(),
		integer("ref_revision"), prose("note"),
	}},
	{name: "reports", key: []string{"id"}, unique: [][]string{{"session", "kind"}}, edition: "edition", columns: []column{
		id("id"), must("edition", "editions"), must("session", "sessions"), one("kind", reports.Takeaways, reports.Full), must("document", "documents"),
		one("state", reports.StateDraft, reports.StatePublished), instant("saved").orNull().kept(), instant("published").orNull(), instant("corrected").orNull(),
		truth("unsaid"),
	}},
	{name: "report_cards", key: []string{"session"}, edition: "edition", columns: []column{
		must("session", "sessions"), must("edition", "editions"), one("how", reports.Counted, reports.Estimated, reports.Uncounted), text("reason"),
		integer("onsite"), integer("online"), integer("women"), integer("men"), integer("other"), integer("unstated"), integer("speakers"), integer("speakers_women"),
		one("topic", "", reports.TopicMain, reports.TopicPart, reports.TopicNo), words("words"), instant("saved"), version,
	}},
	{name: "report_notes", key: []string{"session"}, columns: []column{
		must("session", "sessions"), prose("words"), instant("saved").orNull(), version,
	}},
	{name: "report_remarks", key: []string{"session", "kind"}, edition: "edition", columns: []column{
		must("session", "sessions"), one("kind", reports.Takeaways, reports.Full), must("edition", "editions"), prose("words"), maybe("person", "people"),
		instant("saved"), version,
	}},
	{name: "report_settings", key: []string{"edition"}, edition: "edition", columns: []column{
		must("edition", "editions"), text("licence"), value[[]reports.Section]("sections"), value[[]reports.Step]("steps"), version,
	}},
	{name: "report_rules", key: []string{"edition", "type"}, edition: "edition", columns: []column{
		must("edition", "editions"), must("type", "session_types"), integer("takeaways"), integer("calls"), truth("card"), truth("sections"),
	}},
	{name: "message_sets", key: []string{"edition"}, edition: "edition", columns: []column{
		must("edition", "editions"), must("document", "documents"), words("name"), one("state", "drafted", "published", "final"),
		instant("published").orNull(), instant("finalised").orNull(), integer("next"),
		prose("unsigned_reason"), words("note"),
	}},
}

// elsewhere is the one table of a package that is no table of the database.
const elsewhere = "other_sessions"

func relationNamed(name string) *relation {
	i := slices.IndexFunc(relations, func(r relation) bool { return r.name == name })
	if i < 0 {
		return nil
	}
	return &relations[i]
}

func bodyKinds() []string {
	out := make([]string, len(bodies.Kinds))
	for i, k := range bodies.Kinds {
		out[i] = k.Code
	}
	return out
}

func paragraphKinds() []string {
	out := make([]string, len(documents.Kinds))
	for i, k := range documents.Kinds {
		out[i] = string(k)
	}
	return out
}
