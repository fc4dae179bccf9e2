package exchange

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
	"plenary/internal/solve/anchors"
)

// reviews are the consultations of the texts of the package, with their comments, what
// was done with these, and why drafters changed what nobody had asked for.
func (c *collector) reviews(ctx context.Context) error {
	list, err := c.list(ctx, "SELECT id FROM consultations WHERE scope = ?", c.set.Scope())
	if err != nil {
		return err
	}
	if err := c.take(ctx, consultations.Shelf, list); err != nil {
		return err
	}
	if err := c.take(ctx, consultations.OwnShelf, columnIDs(c.rows, "documents", "id")); err != nil {
		return err
	}
	c.forget("consultations", "edition", ids{c.set.ID: true})
	if c.all {
		return nil
	}
	return c.publicReviews()
}

// publicReviews keeps what everybody may read of the reviews of published texts: each
// comment as its room shows it to a visitor. Notes for the staff and reasons that
// drafters keep at hand are nobody's business.
func (c *collector) publicReviews() error {
	c.within("consultations", "document", c.have("documents"))
	open := c.have("consultations")
	for _, table := range []string{"comments", "comment_acts", "consultation_challenges"} {
		c.within(table, "consultation", open)
	}
	nobody := ids{}
	c.within("comment_notes", "comment", nobody)
	c.within("disposition_reasons", "consultation", nobody)
	published, text := map[core.ID]int64{}, map[core.ID]core.ID{}
	for _, r := range c.rows["documents"] {
		published[idOf(r, "id")] = num(r, "published_revision")
	}
	for _, r := range c.rows["consultations"] {
		text[idOf(r, "id")] = idOf(r, "document")
	}
	last := map[core.ID]int64{} // newest published revision, by comment
	for _, r := range c.rows["comments"] {
		last[idOf(r, "id")] = published[text[idOf(r, "consultation")]]
	}
	links := map[core.ID][]consultations.ChangeLink{}
	for _, r := range c.rows["comment_changes"] {
		id := idOf(r, "comment")
		links[id] = append(links[id], linkOf(r))
	}
	shown := map[consultations.ChangeLink]bool{}
	for _, r := range c.rows["comments"] {
		id := idOf(r, "id")
		list, err := asEverybodyReads(r, links[id], int(last[id]))
		if err != nil {
			return err
		}
		for _, l := range list {
			shown[l] = true
		}
	}
	c.drop("comment_changes", func(r record.Row) bool { return !shown[linkOf(r)] })
	c.drop("comment_places", func(r record.Row) bool { return num(r, "revision") > last[idOf(r, "comment")] })
	c.drop("own_changes", func(r record.Row) bool { return num(r, "revision") > published[idOf(r, "document")] })
	return nil
}

func linkOf(r record.Row) consultations.ChangeLink {
	return consultations.ChangeLink{Comment: idOf(r, "comment"), Revision: int(num(r, "revision")), Para: str(r, "para"), Sentence: int(num(r, "sentence"))}
}

// asEverybodyReads takes out of the row of a comment what its room does not show to
// everybody, and gives those changes that it shows.
func asEverybodyReads(r record.Row, changes []consultations.ChangeLink, published int) ([]consultations.ChangeLink, error) {
	was := consultations.Comment{Changes: changes}
	if err := fields(&was, func(column string, v reflect.Value) error { return readInto(r, column, v) }); err != nil {
		return nil, err
	}
	is := consultations.ForAll(was, published)
	if is.State == consultations.Live { // words of the published text, by which it is found in the next
		is.Quote, is.Before, is.After = was.Quote, was.Before, was.After
	}
	old := reflect.ValueOf(was)
	i := 0
	err := fields(&is, func(column string, v reflect.Value) error {
		before := old.FieldByName(commentFields[i])
		i++
		if reflect.DeepEqual(before.Interface(), v.Interface()) {
			return nil
		}
		return writeBack(r, column, v)
	})
	r["mails"] = consultations.MailNone // what somebody wants to be told is her own matter
	r["told"] = r["disposition_published"] != nil
	return is.Changes, err
}

// commentFields are the fields of a comment that are columns, in the order of fields.
var commentFields = func() (out []string) {
	t := reflect.TypeFor[consultations.Comment]()
	for i := range t.NumField() {
		if columnOf(t.Field(i)) != "" {
			out = append(out, t.Field(i).Name)
		}
	}
	return out
}()

func columnOf(f reflect.StructField) string {
	if f.Anonymous {
		return ""
	}
	name, _, _ := strings.Cut(f.Tag.Get("bun"), ",")
	return strings.Trim(name, "-")
}

func fields(co *consultations.Comment, fn func(column string, v reflect.Value) error) error {
	v := reflect.ValueOf(co).Elem()
	for _, name := range commentFields {
		f, _ := v.Type().FieldByName(name)
		if err := fn(columnOf(f), v.FieldByName(name)); err != nil {
			return err
		}
	}
	return nil
}

func readInto(r record.Row, column string, v reflect.Value) error {
	switch x := r[column].(type) {
	case nil:
	case string:
		v.SetString(x)
	case bool:
		v.SetBool(x)
	case json.RawMessage:
		return json.Unmarshal(x, v.Addr().Interface())
	case int64:
		if at, ok := v.Addr().Interface().(*core.Instant); ok {
			*at = core.At(time.UnixMicro(x))
			return nil
		}
		v.SetInt(x)
	default:
		return fmt.Errorf("comment: %s is a %T", column, x)
	}
	return nil
}

// writeBack puts a value of a comment into its row.
func writeBack(r record.Row, column string, v reflect.Value) error {
	switch x := v.Interface().(type) {
	case core.Instant:
		if r[column] = nil; !x.IsZero() {
			r[column] = x.Time().UnixMicro()
		}
	case core.Text:
		b, err := marshal(x)
		if err != nil {
			return err
		}
		out, ok := canonical(b)
		if !ok {
			return fmt.Errorf("comment: %s is no text", column)
		}
		r[column] = out
	default:
		switch v.Kind() {
		case reflect.String:
			r[column] = v.String()
		case reflect.Bool:
			r[column] = v.Bool()
		case reflect.Int, reflect.Int64:
			r[column] = v.Int()
		default:
			return fmt.Errorf("comment: %s is a %T", column, x)
		}
	}
	return nil
}

// reviewRelations are the tables of consultations.
var reviewRelations = []relation{
	{name: "consultations", key: []string{"id"}, unique: [][]string{{"ref"}}, edition: "scope", since: 2, columns: []column{
		id("id"), text("ref").must().such(addressPart), must("scope", "editions"), must("document", "documents"), text("kind").must(), maybe("edition", "editions"),
		maybe("body", "bodies"), integer("revision"), words("title"), words("notice"), value[[]string]("langs").good(knownLangs), one("who", consultations.Whos...),
		text("zone").such(zone), instant("opens"), instant("closes"), truth("private_notes"), truth("proposals"), truth("late"), integer("min_days"), integer("reply_days"),
		integer("challenge_days"), integer("answer_days"), integer("comments"), integer("undisposed"), integer("challenges"), instant("answered").orNull(),
		instant("ended").orNull(), one("said", "announced", "opened", "closed", "ended"), integer("next"), instant("created"), version,
	}},
	{name: "comments", key: []string{"id"}, unique: [][]string{{"consultation", "number"}}, since: 2, columns: []column{
		id("id"), must("consultation", "consultations"), integer("number"), text("account").here(), maybe("person", "people"), text("name"), code("grp", vocab.Groups),
		code("region", vocab.Regions), code("country", vocab.CountryList), text("organisation"), text("lang").such(langOrNone), prose("body"), prose("proposal"),
		text("label"), integer("revision"), text("para"), integer("from_rune"), integer("to_rune"), prose("quote"), prose("quote_before"), prose("quote_after"),
		integer("place"), text("anchor_lang").such(langOrNone), one("state", consultations.Live, consultations.Withdrawn, consultations.Hidden), truth("is_late"),
		one("via", consultations.ViaPage, consultations.ViaAPI, consultations.ViaFile, consultations.ViaMail), one("mails", consultations.Mails...), integer("supports"),
		text("assignee").here(), one("disposition", append([]string{""}, consultations.Dispositions...)...), words("reason"), integer("duplicate_of"),
		maybe("disposed_by", "people").kept(), instant("disposed").orNull().kept(), instant("disposition_published").orNull(), truth("told"),
		one("word", "", consultations.Satisfied, consultations.NotSatisfied), prose("word_why"), instant("word_at").orNull(), instant("created"),
		instant("edited").orNull(), version,
	}},
	{name: "comment_notes", key: []string{"comment"}, since: 2, columns: []column{must("comment", "comments"), prose("note")}},
	{name: "comment_places", key: []string{"comment", "revision"}, since: 2, columns: []column{
		must("comment", "comments"), integer("revision"), text("para"), integer("from_rune"), integer("to_rune"),
		one("result", string(anchors.Exact), string(anchors.Moved), string(anchors.Changed), string(anchors.Orphaned)), share("score"),
	}},
	{name: "comment_changes", key: []string{"comment", "revision", "para", "sentence"}, since: 2, columns: []column{
		must("comment", "comments"), integer("revision"), text("para").must(), integer("sentence"),
	}},
	{name: "comment_acts", key: []string{"id"}, since: 2, columns: []column{
		id("id"), must("consultation", "consultations"), must("comment", "comments"), one("kind", consultations.Acts...),
		one("rule", append([]string{""}, consultations.Rules...)...), text("role").must(), text("account").here(), maybe("person", "people").kept(), prose("reason"),
		prose("appeal"), instant("appealed").orNull(), prose("answer"), one("outcome", "", consultations.OutcomeKeep, consultations.OutcomeUndo),
		instant("answered").orNull(), text("answered_by").here(), instant("created"),
	}},
	{name: "disposition_reasons", key: []string{"id"}, since: 2, columns: []column{id("id"), must("consultation", "consultations"), words("reason")}},
	{name: "consultation_challenges", key: []string{"id"}, unique: [][]string{{"consultation", "number"}}, since: 2, columns: []column{
		id("id"), must("consultation", "consultations"), integer("number"), text("account").here(), text("name"), code("grp", vocab.Groups), text("lang").such(langOrNone),
		prose("body"), words("answer"), instant("answered").orNull(), instant("created"),
	}},
	{name: "own_changes", key: []string{"document", "revision", "para", "sentence"}, since: 2, columns: []column{
		must("document", "documents"), integer("revision"), text("para").must(), integer("sentence"), words("reason"),
	}},
}

func knownLangs(v any) bool {
	for _, l := range *v.(*[]string) {
		if !core.LangKnown(l) {
			return false
		}
	}
	return true
}
