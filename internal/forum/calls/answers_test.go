package calls_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
)

func opts(codes ...string) []calls.Option {
	var out []calls.Option
	for _, c := range codes {
		out = append(out, calls.Option{Code: c, Label: en("Choice " + c)})
	}
	return out
}

func ask(key, kind string, change ...func(*calls.Question)) calls.Question {
	q := calls.Question{Key: key, Kind: kind, Label: en("Question " + key)}
	switch kind {
	case calls.KindChoice, calls.KindChoices:
		q.Options = opts("a", "b", "c")
	case calls.KindMatrix:
		q.Options, q.Rows = opts("yes", "no"), opts("one", "two")
	}
	for _, fn := range change {
		fn(&q)
	}
	return q
}

func form(questions ...calls.Question) calls.Form {
	title := ask("title", calls.KindText, func(q *calls.Question) { q.Required, q.Means, q.MaxChars = true, calls.MeansTitle, 60 })
	return calls.Form{Sections: []calls.Section{{Title: en("Part"), Questions: append([]calls.Question{title}, questions...)}}}
}

// every is a form with a question of each kind.
func every() calls.Form {
	var list []calls.Question
	for _, k := range calls.Kinds {
		list = append(list, ask("q_"+k, k))
	}
	return form(list...)
}

// What is wrong with a form is said where it stands. E054
func TestFormCheck(t *testing.T) {
	with := func(change func(*calls.Question)) calls.Form { return form(ask("x", calls.KindChoice, change)) }
	for name, tc := range map[string]struct {
		form calls.Form
		want string // "" is right
	}{
		"every kind":            {every(), ""},
		"no title":              {calls.Form{Sections: []calls.Section{{Title: en("Part")}}}, "sections: calls.error.no_title"},
		"a section untitled":    {calls.Form{Sections: append(form().Sections, calls.Section{})}, "sections[1].title: form.required"},
		"two titles":            {form(ask("x", calls.KindText, func(q *calls.Question) { q.Means, q.Required = calls.MeansTitle, true })), "questions[1].means: calls.error.means_twice"},
		"an optional title":     {calls.Form{Sections: []calls.Section{{Title: en("P"), Questions: []calls.Question{ask("t", calls.KindText, func(q *calls.Question) { q.Means = calls.MeansTitle })}}}}, "required: calls.error.title_required"},
		"a key twice":           {with(func(q *calls.Question) { q.Key = "title" }), "questions[1].key: calls.error.key_twice"},
		"a key of another kind": {with(func(q *calls.Question) { q.Key = "Two words" }), "questions[1].key: calls.error.key"},
		"a key with a bracket":  {with(func(q *calls.Question) { q.Key = "x[0]" }), "calls.error.key"},
		"a kind of none":        {with(func(q *calls.Question) { q.Kind = "feeling" }), "questions[1].kind: calls.error.kind"},
		"without words":         {with(func(q *calls.Question) { q.Label = core.Text{} }), "questions[1].label: form.required"},
		"too many words":        {with(func(q *calls.Question) { q.Label = en(strings.Repeat("x", 301)) }), "questions[1].label: form.too_long"},
		"a wrong meaning":       {with(func(q *calls.Question) { q.Means = calls.MeansSpeaker }), "questions[1].means: calls.error.means"},
		"limits crossed":        {form(ask("x", calls.KindArea, func(q *calls.Question) { q.MinWords, q.MaxWords = 5, 2 })), "max_chars: calls.error.limits"},
		"less than none":        {with(func(q *calls.Question) { q.Min = -1 }), "min: calls.error.limits"},
		"no choices":            {with(func(q *calls.Question) { q.Options = nil }), "options: calls.error.options"},
		"a choice twice":        {with(func(q *calls.Question) { q.Options = opts("a", "a") }), "options[1].code: calls.error.key_twice"},
		"a choice of no name":   {with(func(q *calls.Question) { q.Options = []calls.Option{{Code: "a"}} }), "options[0].label: form.required"},
		"a code that is none":   {with(func(q *calls.Question) { q.Options = opts("a|b") }), "options[0].code: calls.error.key"},
		"no rows":               {form(ask("x", calls.KindMatrix, func(q *calls.Question) { q.Rows = nil })), "rows: calls.error.options"},
		"a condition on nobody": {with(func(q *calls.Question) { q.If.Question = "later" }), "if.question: calls.error.condition"},
		"on itself":             {with(func(q *calls.Question) { q.If.Question = "x" }), "if.question: calls.error.condition"},
		"on a choice of none":   {form(ask("x", calls.KindChoice), ask("y", calls.KindText, func(q *calls.Question) { q.If = calls.Condition{Question: "x", In: []string{"z"}} })), "if.in: calls.error.condition_option"},
		"on a choice":           {form(ask("x", calls.KindChoice), ask("y", calls.KindText, func(q *calls.Question) { q.If = calls.Condition{Question: "x", In: []string{"b"}} })), ""},
	} {
		p := tc.form.Check()
		got := ""
		if err := p.Err(); err != nil {
			got = err.Error()
		}
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	var many []calls.Question
	for i := range 151 {
		many = append(many, ask(fmt.Sprintf("q%d", i), calls.KindText))
	}
	if form(many...).Check().Err() == nil {
		t.Error("151 questions are too many")
	}
}

type knows struct{}

func (knows) Group(code string) bool        { return code == "igo" }
func (knows) Country(code string) bool      { return code == "SN" }
func (knows) Goal(code string) bool         { return code == "5" || code == "5.b" }
func (knows) Theme(id string) bool          { return id == "t1" }
func (knows) PolicyQuestion(id string) bool { return id == "p1" }

// What does not fit a question is said at its field; what is missing is another matter.
func TestWrong(t *testing.T) {
	people := func(change func(*calls.Person)) calls.Answer {
		p := calls.Person{Key: "k", Name: "Amina", Email: "amina@example.org", Group: "igo", Country: "SN", Onsite: "onsite"}
		change(&p)
		return calls.Answer{People: []calls.Person{p}}
	}
	for i, tc := range []struct {
		q    calls.Question
		a    calls.Answer
		want string
	}{
		{ask("x", calls.KindText), calls.Answer{Text: strings.Repeat("é", 500)}, ""},
		{ask("x", calls.KindText), calls.Answer{Text: strings.Repeat("é", 501)}, "a.x: form.too_long"},
		{ask("x", calls.KindArea, func(q *calls.Question) { q.MaxWords = 3 }), calls.Answer{Text: "one two three four"}, "a.x: calls.error.words"},
		{ask("x", calls.KindArea, func(q *calls.Question) { q.MaxWords = 3 }), calls.Answer{Text: "互联网治理"}, ""}, // two signs are a word
		{ask("x", calls.KindArea, func(q *calls.Question) { q.MinWords = 3 }), calls.Answer{Text: "one"}, "calls.error.few_words"},
		{ask("x", calls.KindNumber, func(q *calls.Question) { q.Max = 5 }), calls.Answer{Text: "6"}, "calls.error.number"},
		{ask("x", calls.KindNumber), calls.Answer{Text: "many"}, "calls.error.number_from"},
		{ask("x", calls.KindNumber), calls.Answer{Text: "0"}, ""},
		{ask("x", calls.KindDate), calls.Answer{Text: "2023-02-30"}, "core.date.unreadable"},
		{ask("x", calls.KindLink), calls.Answer{Text: "javascript:alert(1)"}, "calls.error.link"},
		{ask("x", calls.KindChoice), calls.Answer{Text: "d"}, "calls.error.choice"},
		{ask("x", calls.KindChoices), calls.Answer{Many: []string{"a", "d"}}, "calls.error.choice"},
		{ask("x", calls.KindChoices, func(q *calls.Question) { q.Max = 1 }), calls.Answer{Many: []string{"a", "b"}}, "calls.error.too_many"},
		{ask("x", calls.KindMatrix), calls.Answer{Matrix: map[string]string{"one": "maybe"}}, "calls.error.choice"},
		{ask("x", calls.KindMatrix), calls.Answer{Matrix: map[string]string{"three": "yes"}}, "calls.error.choice"},
		{ask("x", calls.KindGoals), calls.Answer{Many: []string{"5", "5.b"}}, ""},
		{ask("x", calls.KindGoals), calls.Answer{Many: []string{"5.z"}}, "calls.error.choice"},
		{ask("x", calls.KindThemes), calls.Answer{Many: []string{"t2"}}, "calls.error.choice"},
		{ask("x", calls.KindQuestions), calls.Answer{Many: []string{"p1"}}, ""},
		{ask("x", calls.KindOrganisation), calls.Answer{Text: "Sahel Networks", Place: "XX"}, "a.x.place: calls.error.choice"},
		{ask("x", calls.KindTags), calls.Answer{Many: []string{strings.Repeat("x", 61)}}, "form.too_long"},
		{ask("x", calls.KindPeople), people(func(*calls.Person) {}), ""},
		{ask("x", calls.KindPeople), people(func(p *calls.Person) { p.Name = "" }), "a.x[0].name: form.required"},
		{ask("x", calls.KindPeople), people(func(p *calls.Person) { p.Email = "amina@" }), "a.x[0].email: mail.address.invalid"},
		{ask("x", calls.KindPeople), people(func(p *calls.Person) { p.Group = "aliens" }), "a.x[0].group"},
		{ask("x", calls.KindPeople), people(func(p *calls.Person) { p.Onsite = "maybe" }), "a.x[0].onsite"},
		{ask("x", calls.KindPeople, func(q *calls.Question) { q.Min = 2 }), people(func(*calls.Person) {}), "calls.error.too_few"},
	} {
		p := form(tc.q).Wrong(calls.Answers{"x": tc.a}, knows{})
		got := ""
		if err := p.Err(); err != nil {
			got = err.Error()
		}
		if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
			t.Errorf("%d, %s: %s", i, tc.q.Kind, got)
		}
	}
}

// A question whose condition does not hold is not asked: it is neither missing nor wrong,
// and its answer is not kept; nor is a question that hangs on it asked.
func TestConditions(t *testing.T) {
	f := form(
		ask("format", calls.KindChoice),
		ask("other", calls.KindText, func(q *calls.Question) {
			q.Required, q.MaxChars, q.If = true, 5, calls.Condition{Question: "format", In: []string{"c"}}
		}),
		ask("why", calls.KindText, func(q *calls.Question) { q.Required, q.If = true, calls.Condition{Question: "other"} }),
		ask("grid", calls.KindMatrix, func(q *calls.Question) { q.Required = true }),
	)
	for name, tc := range map[string]struct {
		a       calls.Answers
		missing string
		wrong   bool
		kept    string
	}{
		"nothing": {calls.Answers{}, "[title grid]", false, "[]"},
		"another": {calls.Answers{"title": {Text: "T"}, "format": {Text: "a"}, "other": {Text: "much too long"}, "why": {Text: "so"}}, "[grid]", false, "[format title]"},
		"asked":   {calls.Answers{"title": {Text: "T"}, "format": {Text: "c"}}, "[other grid]", false, "[format title]"},
		"chained": {calls.Answers{"title": {Text: "T"}, "format": {Text: "c"}, "other": {Text: "much too long"}}, "[why grid]", true, "[format other title]"},
		"half a table": {
			calls.Answers{"title": {Text: "T"}, "grid": {Matrix: map[string]string{"one": "yes", "two": ""}}}, "[grid]", false, "[grid title]",
		},
		"a table": {calls.Answers{"title": {Text: "T"}, "grid": {Matrix: map[string]string{"one": "yes", "two": "no"}}}, "[]", false, "[grid title]"},
	} {
		if got := fmt.Sprint(f.Missing(tc.a)); got != tc.missing {
			t.Errorf("%s: missing %s", name, got)
		}
		if got := f.Wrong(tc.a, knows{}).Err() != nil; got != tc.wrong {
			t.Errorf("%s: wrong %v", name, f.Wrong(tc.a, knows{}))
		}
		if got := fmt.Sprint(slices.Sorted(maps.Keys(f.Kept(tc.a)))); got != tc.kept {
			t.Errorf("%s: kept %s", name, got)
		}
	}
}

func newKeys() func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("01890000-0000-7000-8000-%012d", n) }
}

// Answers that a browser is shown and sends back unchanged stay what they are.
func TestValuesAndBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2)) // the same chance in each run
	words := []string{"réseau", "access,", "互联网", "حوكمة", "<b>", "5 %", "a=b", "[0]", "x;y", "\"q\"", "0"}
	some := func(n int, sep string) string {
		var out []string
		for range 1 + r.IntN(n) {
			out = append(out, words[r.IntN(len(words))])
		}
		return strings.Join(out, sep)
	}
	f := every()
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	for range 2000 {
		a := calls.Answers{}
		key := newKeys()
		f.Each(func(_, _ int, q *calls.Question) {
			if r.IntN(3) == 0 {
				return
			}
			x := calls.Answer{}
			switch q.Kind {
			case calls.KindText, calls.KindLink, calls.KindNumber, calls.KindDate:
				x.Text = some(4, " ")
			case calls.KindArea:
				x.Text = some(4, "\n\n")
			case calls.KindCheck:
				x.Text = "yes"
			case calls.KindChoice:
				x.Text = pick("a", "b", "c")
			case calls.KindOrganisation:
				x.Text, x.Place = pick("", some(2, " ")), pick("", "SN")
			case calls.KindChoices:
				x.Many = []string{"a", "c"}[r.IntN(2):]
			case calls.KindThemes, calls.KindQuestions:
				x.Many = []string{"t1"}
			case calls.KindGoals:
				x.Many = []string{"5", "17", "5.b", "9.c"}[r.IntN(3):]
			case calls.KindTags:
				x.Many = []string{"réseau", "互联网", "open data"}[r.IntN(3):]
			case calls.KindSources, calls.KindProfiles:
				x.Many = []string{"/2023/messages/12", "a representative, from the South; young"}[r.IntN(2):]
			case calls.KindMatrix:
				x.Matrix = map[string]string{"one": "yes"}
			case calls.KindPeople:
				for range 1 + r.IntN(3) {
					x.People = append(x.People, calls.Person{
						Key: key(), Name: some(2, " "), Email: pick("", "a@example.org"), Organisation: pick("", some(3, " ")), Group: pick("", "igo"),
						Country: pick("", "SN"), Onsite: pick("", "onsite", "online"), Asked: r.IntN(2) == 0,
					})
				}
			case calls.KindFile:
				x.File = &calls.File{Blob: "b", Name: "paper.pdf", Size: 7}
			}
			if !x.IsZero() {
				a[q.Key] = x
			}
		})
		sent := f.Values(a)
		back := f.Read(sent, a, newKeys())
		if !reflect.DeepEqual(a, back) {
			t.Fatalf("went out as\n%+v\ncame back as\n%+v", a, back)
		}
		if again := f.Values(back); !reflect.DeepEqual(sent, again) {
			t.Fatalf("sent\n%v\nthen\n%v", sent, again)
		}
	}
}

// What was typed comes back, also where half of it is missing; nobody has two rows' key.
func TestReadKeepsWhatWasTyped(t *testing.T) {
	f := form(ask("people", calls.KindPeople), ask("more", calls.KindPeople), ask("org", calls.KindOrganisation), ask("goals", calls.KindGoals), ask("file", calls.KindFile))
	const k = "01890000-0000-7000-8000-000000000099"
	v := url.Values{
		"a.people[0].organisation": {"Sahel Networks"}, "a.people[3].name": {" Amina  Diallo "}, "a.people[3].key": {k}, "a.people[4].name": {"Ben"}, "a.people[4].key": {k},
		"a.people[5].name": {"Gone"}, "a.people[5].remove": {"true"}, "a.people[6].onsite": {"onsite"}, "a.more[0].name": {"Cem"}, "a.more[0].key": {k},
		"a.org.place": {"SN"}, "a.goals": {"5", "nonsense"}, "a.goals.targets": {"5.b，9.c، nonsense too"}, "a.file.remove": {"true"}, "a.unknown": {"x"},
	}
	a := f.Read(v, calls.Answers{"file": {File: &calls.File{Blob: "b", Name: "n"}}}, newKeys())
	p := a["people"].People
	if len(p) != 3 || p[0].Organisation != "Sahel Networks" || p[1].Name != "Amina Diallo" || p[1].Key != k || p[2].Key == k || a["more"].People[0].Key == k {
		t.Errorf("people %+v, %+v", p, a["more"].People)
	}
	if a["org"].Place != "SN" || fmt.Sprint(a["goals"].Many) != "[5 nonsense 5.b 9.c nonsense too]" || a["file"].File != nil || len(a) != 4 {
		t.Errorf("answers %+v", a)
	}
	if got := f.Values(a).Get("a.goals.targets"); got != "nonsense, 5.b, 9.c, nonsense too" {
		t.Errorf("the form shows targets as %q", got)
	}
}

// No name or value that a browser may send breaks the reading of answers, and what was
// read is read again as the same.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"a.q_people[0].name=x", "a.q_people[-1].name=x", "a.q_people[99999999999999999999].name=x", "a.q_people[].name=x", "a.q_people[0=x", "a.q_people]0[.name=x",
		"a.q_matrix.one=yes", "a.q_matrix.=yes", "a.q_tags=%00%ff,،\n", "a.q_file.kept=../../x", "a.q_goals=5.b&a.q_goals.targets=5", "a.title=%0d%0aBcc: x",
		"a.q_people[0].key=1&a.q_people[1].key=1&a.q_people[0].name=a&a.q_people[1].name=b", "a.q_check=false&a.q_organisation.place=%20",
	} {
		f.Add(s)
	}
	form := every()
	f.Fuzz(func(t *testing.T, body string) {
		v, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		a := form.Read(v, nil, newKeys())
		for key, x := range a {
			if _, ok := form.Question(key); !ok || x.IsZero() {
				t.Fatalf("%q gave an answer to %q: %+v", body, key, x)
			}
			if len(x.People) > 160 {
				t.Fatalf("%d people", len(x.People))
			}
			if x.File != nil {
				t.Fatal("a file came out of a name")
			}
		}
		if title := a["title"].Text; strings.ContainsAny(title, "\r\n") {
			t.Fatalf("a title of two lines: %q", title)
		}
		form.Missing(a)
		form.Wrong(a, knows{})
		n := 1000
		back := form.Read(form.Values(a), a, func() string { n++; return fmt.Sprintf("01890000-0000-7000-8000-%012d", n) })
		if !reflect.DeepEqual(a, back) {
			t.Fatalf("%q\nread %+v\nthen %+v", body, a, back)
		}
		form.Kept(a)
	})
}
