package exchange_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/exchange"
)

const (
	anEdition = "01890a5d-ac96-774b-bcce-b302099a8057"
	aThing    = "01890a5d-ac96-774b-bcce-b302099a8058"
)

// bare is the smallest package: an edition with a room, by hand.
func bare(t testing.TB) map[string][]byte {
	t.Helper()
	tables, err := exchange.Rewrite(nil)
	if err != nil {
		t.Fatal(err)
	}
	tables["data/editions.json"] = []byte(`[
{"id":"` + anEdition + `","slug":"2026","year":2026,"ordinal":0,"state":"public","sample":false,"name":{"by":{"en":"2026"},"orig":"en"},"theme":{},"city":{},"country":"CH","host":{},"zone":"Europe/Zurich","first_day":"2026-10-20","last_day":"2026-10-21","day_zero":"","dates_count_day_zero":false,"version":1}
]
`)
	tables["data/rooms.json"] = []byte(`[
{"id":"` + aThing + `","edition":"` + anEdition + `","venue":"","position":0,"slug":"room-i","name":{"by":{"en":"Room I"},"orig":"en"},"capacity":80,"aliases":["I"],"accessibility":{},"informal":false}
]
`)
	type resource struct {
		Name string `json:"name"`
		Path string `json:"path"`
	}
	var list []resource
	for _, path := range slices.Sorted(maps.Keys(tables)) {
		list = append(list, resource{strings.TrimSuffix(strings.TrimPrefix(path, "data/"), ".json"), path})
	}
	d, err := json.Marshal(map[string]any{
		"plenary": map[string]any{"format": exchange.Format, "edition": anEdition, "slug": "2026", "holds": "all"}, "resources": list,
	})
	if err != nil {
		t.Fatal(err)
	}
	tables["datapackage.json"] = d
	return tables
}

// Whatever stands in a package, it is read or refused in words: nothing breaks, and
// what is taken is written as it was read.
func FuzzPackage(f *testing.F) {
	files := bare(f)
	names := slices.Sorted(maps.Keys(files))
	f.Add(uint8(0), zipped(f, files, true), true)
	f.Add(uint8(0), []byte("PK\x05\x06"), true)
	for i, name := range names {
		f.Add(uint8(i), files[name], false)
	}
	f.Fuzz(func(t *testing.T, which uint8, content []byte, whole bool) {
		data := content
		if !whole {
			changed := maps.Clone(files)
			changed[names[int(which)%len(names)]] = content
			data = zipped(t, changed, true)
		}
		new(exchange.Service).Recognise(data)
		rows, err := exchange.Check(data, func(_, code string) bool { return len(code) < 4 })
		if err != nil {
			if kind := core.KindOf(err); kind != core.KindInvalid && kind != core.KindTooLarge {
				t.Fatalf("not told in words: %v", err)
			}
			return
		}
		again, err := exchange.Rewrite(rows)
		if err != nil {
			t.Fatal(err)
		}
		next := maps.Clone(files)
		maps.Copy(next, again)
		if whole {
			next["datapackage.json"] = filesOf(t, data)["datapackage.json"]
		} else if names[int(which)%len(names)] == "datapackage.json" {
			next["datapackage.json"] = content
		}
		rows, err = exchange.Check(zipped(t, next, true), func(_, code string) bool { return len(code) < 4 })
		if err != nil {
			t.Fatalf("what was taken is refused when it is written again: %v", err)
		}
		third, err := exchange.Rewrite(rows)
		if err != nil || !maps.EqualFunc(again, third, bytes.Equal) {
			t.Fatalf("read and written again it differs: %v", err)
		}
	})
}
