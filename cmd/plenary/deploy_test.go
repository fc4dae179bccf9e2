package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"plenary/internal/testkit"
)

// The files that operators copy name settings and flags that there are, and settings of serve
// that come from outside are named in them.
func TestDeployment(t *testing.T) {
	var c commands
	k, err := kong.New(&c, kong.Vars{"version": "", "kinds": ""})
	if err != nil {
		t.Fatal(err)
	}
	flags, settings := map[string]bool{}, map[string]bool{"BASE_URL": true, "LISTEN": true} // these are of the service's own
	for _, node := range k.Model.Children {
		if node.Name != "serve" {
			continue
		}
		for _, f := range node.Flags {
			flags[f.Name] = true
			for _, name := range f.Envs {
				settings[name] = true
			}
		}
	}
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(testkit.Root(t), "deploy", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	named := regexp.MustCompile(`(?m)^#?([A-Z_]+)=`).FindAllStringSubmatch(read("plenary.env"), -1)
	if len(named) < 10 {
		t.Fatalf("only %d settings", len(named))
	}
	for _, m := range named {
		if !settings[m[1]] {
			t.Errorf("plenary.env: there is no setting %s", m[1])
		}
	}
	for _, name := range []string{"plenary.service", "plenary@.service"} {
		text := read(name)
		_, line, ok := strings.Cut(text, "ExecStart=/usr/local/bin/plenary serve ")
		line, _, _ = strings.Cut(line, "\n")
		if !ok {
			t.Errorf("%s does not start the server", name)
		}
		for _, m := range regexp.MustCompile(`--([a-z-]+)`).FindAllStringSubmatch(line, -1) {
			if !flags[m[1]] {
				t.Errorf("%s: there is no flag %s", name, m[0])
			}
		}
		for _, m := range regexp.MustCompile(`\$\{(\w+)\}`).FindAllStringSubmatch(text, -1) {
			if !strings.Contains(read("plenary.env"), "\n"+m[1]+"=") {
				t.Errorf("%s: %s is not set in plenary.env", name, m[1])
			}
		}
	}
}
