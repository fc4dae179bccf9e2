package schedule

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// isoPattern stands for the one pattern of schema2.json that looks ahead, which Go's
// regular expressions do not.
type isoPattern struct{ text string }

func (p isoPattern) MatchString(s string) bool { _, ok := isoDuration(s); return ok }
func (p isoPattern) String() string            { return p.text }

func engine(text string) (jsonschema.Regexp, error) {
	if strings.HasPrefix(text, "^P(?!$)") {
		return isoPattern{text}, nil
	}
	return regexp.Compile(text)
}

func jsonSchema(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.UseRegexpEngine(engine)
	c.AssertFormat()
	schema, err := c.Compile(schemaFile(t, "json/"+name))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t testing.TB, schema *jsonschema.Schema, data []byte) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(doc)
}

// toValidate are the schedules that are written and put before the schemas.
func toValidate(t *testing.T) map[string]*Schedule {
	out := map[string]*Schedule{"empty": {}}
	for _, name := range []string{
		"fosdem_2024.xml", "debconf23.xml", "voc/validator/json/examples/frab-camp2019.json",
		"voc/validator/json/examples/pretalx-rc3.json", "voc/validator/json/examples/hub-schedule2.json",
	} {
		s, _, err := Read(name, fixture(t, name), Options{Zone: "Europe/Brussels"})
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(name)] = s
	}
	for name, data := range samples(t) {
		if s, _, err := Read(name, data, Options{}); err == nil {
			out[name] = s
		}
	}
	for seed := range 60 {
		out["generated "+string(rune('A'+seed))] = chance{rand.New(rand.NewPCG(8, uint64(seed)))}.schedule()
	}
	return out
}

func TestSchemas(t *testing.T) {
	one, two := jsonSchema(t, "schema.json"), jsonSchema(t, "schema2.json")
	if validate(t, one, fixture(t, "voc/validator/json/examples/invalid-example.json")) == nil {
		t.Fatal("the schema finds nothing in the invalid example")
	}
	for name, s := range toValidate(t) {
		if err := validate(t, one, written(t, "json", s)); err != nil {
			t.Errorf("%s by schema.json: %v", name, err)
		}
		if err := validate(t, two, written(t, "json2", s)); err != nil {
			t.Errorf("%s by schema2.json: %v", name, err)
		}
	}
}

// TestXMLLint asks the XSD itself; checkXMLRules states its rules for everybody else.
func TestXMLLint(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("xmllint is not installed (a failure, because CI=true)")
		}
		t.Skip("xmllint is not installed (Debian: apt install libxml2-utils); the rules of the XSD are checked in Go by the other tests")
	}
	for name, s := range toValidate(t) {
		file := filepath.Join(t.TempDir(), "schedule.xml")
		if err := os.WriteFile(file, written(t, "xml", s), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), lint, "--noout", "--schema", schemaFile(t, "xsd/schedule.xml.xsd"), file).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %s", name, out)
		}
	}
}
