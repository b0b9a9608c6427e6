// Writes a database as Trivy reads it, schema version 2, with one advisory for one package of npm: a
// BoltDB file with a bucket for each source of advisories, one for their details and one for the sources.
// The advisory is public knowledge: prototype pollution in lodash before 4.17.20.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

const (
	source   = "npm::GitHub Security Advisory Npm"
	id       = "CVE-2020-8203"
	advisory = `{"PatchedVersions":["4.17.20"],"VulnerableVersions":["\u003e=3.7.0, \u003c4.17.20"]}`
	details  = `{"Title":"lodash: prototype pollution in zipObjectDeep","Description":"Keys of a deep object can reach the prototype.","Severity":"HIGH","CweIDs":["CWE-1321"],"VendorSeverity":{"ghsa":3},"CVSS":{"ghsa":{"V3Vector":"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:H/A:H","V3Score":7.4}},"References":["https://nvd.nist.gov/vuln/detail/CVE-2020-8203"],"PublishedDate":"2020-07-15T17:15:00Z","LastModifiedDate":"2024-01-21T02:37:00Z"}`
	from     = `{"ID":"ghsa","Name":"GitHub Security Advisory Npm","URL":"https://github.com/advisories?query=type%3Areviewed+ecosystem%3Anpm"}`
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: make-database DIR")
		os.Exit(2)
	}
	if err := write(filepath.Join(os.Args[1], "db")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	db, err := bolt.Open(filepath.Join(dir, "trivy.db"), 0o644, nil)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error {
		advisories, err := tx.CreateBucketIfNotExists([]byte(source))
		if err != nil {
			return err
		}
		lodash, err := advisories.CreateBucketIfNotExists([]byte("lodash"))
		if err != nil {
			return err
		}
		if err := lodash.Put([]byte(id), []byte(advisory)); err != nil {
			return err
		}
		for name, value := range map[string][2]string{
			"vulnerability": {id, details},
			"data-source":   {source, from},
		} {
			bucket, err := tx.CreateBucketIfNotExists([]byte(name))
			if err != nil {
				return err
			}
			if err := bucket.Put([]byte(value[0]), []byte(value[1])); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Second)
	metadata := fmt.Sprintf(`{"Version":2,"NextUpdate":%q,"UpdatedAt":%q,"DownloadedAt":%q}`,
		now.Add(24*time.Hour).Format(time.RFC3339), now.Format(time.RFC3339), now.Format(time.RFC3339))
	return os.WriteFile(filepath.Join(dir, "metadata.json"), []byte(metadata+"\n"), 0o644)
}
