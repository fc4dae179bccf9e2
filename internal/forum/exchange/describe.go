package exchange

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
)

// Format is the form of a package. When the meaning of a table or column changes, or
// one goes or comes, the number rises.
const Format = 3

// oldest is the first format that is still read: a table that came later is empty in it.
const oldest = 1

// What a package holds.
const (
	holdsPublic = "public" // what everybody may see
	holdsAll    = "all"    // everything of the edition
)

// The files of a package that are not tables.
const (
	descriptorFile = "datapackage.json"
	readmeFile     = "README.md"
	dataFolder     = "data/"
	csvFolder      = "csv/"
)

// descriptor is datapackage.json: a Frictionless Data Package, with what Plenary must
// know beside.
type descriptor struct {
	Profile     string     `json:"profile"`
	Name        string     `json:"name"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Plenary     ownPart    `json:"plenary"`
	Resources   []resource `json:"resources"`
}

// ownPart is what Plenary says of a package.
type ownPart struct {
	Format  int     `json:"format"`
	Edition core.ID `json:"edition"`
	Slug    string  `json:"slug"`
	Holds   string  `json:"holds"`
}

type resource struct {
	Name      string  `json:"name"`
	Path      string  `json:"path"`
	Profile   string  `json:"profile"`
	Format    string  `json:"format"`
	MediaType string  `json:"mediatype"`
	Encoding  string  `json:"encoding"`
	Bytes     int     `json:"bytes"`
	Hash      string  `json:"hash"`
	Schema    *schema `json:"schema,omitempty"`
}

type schema struct {
	Fields        []field      `json:"fields"`
	PrimaryKey    []string     `json:"primaryKey,omitempty"`
	ForeignKeys   []foreignKey `json:"foreignKeys,omitempty"`
	MissingValues []string     `json:"missingValues"`
}

type field struct {
	Name        string       `json:"name"`
	Type        string       `json:"type"`
	Format      string       `json:"format,omitempty"`
	Description string       `json:"description,omitempty"`
	Constraints *constraints `json:"constraints,omitempty"`
}

type constraints struct {
	Required bool     `json:"required,omitempty"`
	Enum     []string `json:"enum,omitempty"`
}

type foreignKey struct {
	Fields    string    `json:"fields"`
	Reference reference `json:"reference"`
}

type reference struct {
	Resource string `json:"resource"`
	Fields   string `json:"fields"`
}

// schemaOf describes a table to programs that read data packages.
func schemaOf(r *relation) *schema {
	s := &schema{PrimaryKey: r.key, MissingValues: []string{""}}
	for i := range r.columns {
		c := &r.columns[i]
		f := field{Name: c.name, Type: "string"}
		var say []string
		switch c.sort {
		case isInteger:
			f.Type = "integer"
		case isShare:
			f.Type = "number"
		case isTruth:
			f.Type = "boolean"
		case isInstant:
			f.Type, f.Format = "datetime", "any"
		case isJSON:
			f.Type, f.Format = "any", ""
		default:
		}
		if c.words != "" {
			say = append(say, "Code of the vocabulary "+c.words+".")
		}
		if c.local {
			say = append(say, "Always empty: it names something of one installation.")
		}
		if c.secret {
			say = append(say, "Empty in a public package.")
		}
		f.Description = strings.Join(say, " ")
		if need := c.filled && !c.null; need || len(c.choice) > 0 {
			f.Constraints = &constraints{Required: need, Enum: slices.DeleteFunc(slices.Clone(c.choice), func(s string) bool { return s == "" })}
		}
		s.Fields = append(s.Fields, f)
		// What may name a row of two tables is no foreign key of this format.
		if to := relationNamed(c.ref); to != nil {
			s.ForeignKeys = append(s.ForeignKeys, foreignKey{c.name, reference{to.name, "id"}})
		}
	}
	return s
}

// describe makes the descriptor of a package from its files.
func describe(own ownPart, title string, files []file) ([]byte, error) {
	d := descriptor{
		Profile: "data-package", Name: "edition-" + own.Slug, Title: title, Plenary: own,
		Description: "Everything that everybody may see of this edition of the forum. Another Plenary makes the same edition of it.",
	}
	if own.Holds == holdsAll {
		d.Description = "Everything of this edition of the forum, drafts and private persons among it. Not for publication. Another Plenary makes the same edition of it."
	}
	for _, f := range files {
		res := resource{
			Name: f.name, Path: f.path, Encoding: "utf-8", Bytes: len(f.bytes), Hash: "sha256:" + hashOf(f.bytes),
			Profile: "tabular-data-resource", Format: "json", MediaType: "application/json",
		}
		if f.table != nil {
			res.Schema = schemaOf(f.table)
		} else {
			res.Format, res.MediaType = "csv", "text/csv"
			res.Schema = &schema{MissingValues: []string{""}}
			for _, name := range f.head {
				res.Schema.Fields = append(res.Schema.Fields, field{Name: name, Type: "string"})
			}
		}
		d.Resources = append(d.Resources, res)
	}
	b, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return nil, fmt.Errorf("describe package: %w", err)
	}
	return append(b, '\n'), nil
}

// readme says what is in a package, in English: it stands in the file, whoever reads it.
func readme(own ownPart, title string, files []file) []byte {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("# %s: data package\n", title)
	if own.Holds == holdsAll {
		say("This package holds **everything** of the edition `%s`: drafts, private persons and\ninternal fields too. Do not publish it.\n", own.Slug)
	} else {
		say("This package holds what everybody may see of the edition `%s`.\n", own.Slug)
	}
	say("It was made by Plenary, in format %d. `datapackage.json` describes every file and column\nas a Frictionless Data Package (https://specs.frictionlessdata.io/data-package/).\n", own.Format)
	say("## What is in it\n")
	say("`data/*.json`: one table per file, one row per line. Times are UTC (RFC 3339); texts\nin several languages are `{\"orig\": language it was written in, \"by\": {language: text}}`.\n")
	say("| file | rows |\n|---|---|")
	for _, f := range files {
		if f.table != nil {
			say("| `%s` | %d |", f.path, f.rows)
		}
	}
	say("\n`csv/*.csv`: the same for spreadsheets, in English where there is English: sessions,\nthe people in their roles, Messages, figures. They are made from the tables and are not\nread when the package is brought in.\n")
	say("`files/`: attached files. A package carries none: files stay in the store of the forum\nthat has them.\n")
	say("Votes of polls are secret. They are here as the forum publishes them: without names, and\nonly where ten people or more have voted.\n")
	say("## What is not in it\n")
	if own.Holds == holdsAll {
		say("- Accounts, mail and the record of who did what when; who took over the writing of a\n  report, and the reminders that were sent; who supports which comment, and comments that\n  came by mail and wait for the word of their sender.\n" +
			"- Proposals that were never handed in, and what somebody typed and did not save; files in\n  answers; reviews of proposals that were not submitted, and reminders to reviewers.\n" +
			"- These columns are there and empty, since they name something of one installation:\n" + columnList(func(c *column) bool { return c.local }))
	} else {
		say("- Drafts of sessions, reports, papers and Messages, also such as everybody may read;\n  revisions that were never published; notes that belong to them.\n" +
			"- Persons who have no public role; roles, seats and signatures that they hold.\n" +
			"- Names that a person no longer bears; affiliations and links that she does not show.\n" +
			"- Words and authors of comments that were hidden or withdrawn; answers to comments that\n  are not published; notes for the staff, and who supports which comment.\n" +
			"- Statements of polls that were not accepted, polls that were not announced.\n" +
			"- Commitments that nobody has confirmed.\n" +
			"- Calls that were not announced, and drafts of their forms; proposals that their call does not\n  show to everybody, their private answers, their files, and people who have not agreed to be\n  named; tags that stand in no public proposal and that nobody has named; of the proposals on\n  which a theme was decided, those that are not here.\n" +
			"- Rounds of decisions on proposals, and what they say of each: their figures follow from facts\n  about all proposals, also those that are not here. What was decided of a proposal is its state;\n  the session that it became stands in `data/selection_sessions.json`.\n" +
			"- All rows of these tables: " + tableList(func(r *relation) bool { return r.closed }) + ".\n" +
			"- Accounts, mail and the record of who did what when.\n" +
			"- These columns are there and empty:\n" + columnList(func(c *column) bool { return c.local || c.secret }))
	}
	say("- Recordings that are kept as files.")
	say("- Sessions, texts and calls of other editions: `data/other_sessions.json` and\n  `data/other_things.json` name those to which something leads.")
	say("- Issues, processes and documents of others to which nothing of the edition belongs; of an\n  issue, what belongs to other editions.\n")
	say("## Licence and attribution\n")
	say("Each text names its licence in the column `licence` of `data/documents.json`; where it\nnames none, ask the forum that published it. When you use the data, name the forum and\nthe edition, and say which of them you changed. Names of persons are there because of\ntheir public roles; do not use them for anything else.\n")
	say("## How to bring it into another Plenary\n")
	say("On the page `/import-package`, signed in as the secretariat, or on the machine:\n\n    plenary import %s-package.zip\n", own.Slug)
	say("The edition comes with the same ids. Persons, organisations, bodies, issues, processes and\ndocuments of others that are there already stay as they are, and what differs is told. All of it is taken in, or nothing.")
	return []byte(b.String())
}

// tableList names the tables of which something holds.
func tableList(is func(*relation) bool) string {
	var names []string
	for i := range relations {
		if is(&relations[i]) {
			names = append(names, "`"+relations[i].name+"`")
		}
	}
	return strings.Join(names, ", ")
}

// columnList names the columns that a package does not fill, a line for each table.
func columnList(empty func(*column) bool) string {
	var lines []string
	for i := range relations {
		var names []string
		for j := range relations[i].columns {
			if c := &relations[i].columns[j]; empty(c) {
				names = append(names, "`"+c.name+"`")
			}
		}
		if len(names) > 0 {
			lines = append(lines, "  - `"+relations[i].name+"`: "+strings.Join(names, ", "))
		}
	}
	return strings.Join(lines, "\n")
}
