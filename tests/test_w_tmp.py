import pytest, json
from django.db import transaction
from tests.world import make_world, browser_of
from tests.trials.access import *
@pytest.mark.django_db
def test_w(notice, settings):
    settings.PRINTOUT_WAIT_SECONDS = 0
    settings.DEMO = True
    w = make_world(notice)
    out = {}
    for name, pattern in every_address():
        row = {}
        for actor in ACTORS:
            cell=[]
            for method in ("get","post"):
                sid = transaction.savepoint()
                c = browser_of(w.users[actor])
                r = getattr(c, method)(path_of(name, w, w.odette))
                cell.append(("in" if r.status_code==302 and "/compte/login" in r["Location"] else r.status_code))
                transaction.savepoint_rollback(sid)
            row[actor]=cell
        out[name]=row
    def fmt(row):
        groups={}
        for a,c in row.items(): groups.setdefault(str(tuple(c)),[]).append(a)
        return groups
    with open("/tmp/matrix.txt","w") as f:
        for n,row in out.items():
            f.write(n+"\n")
            for k,v in fmt(row).items(): f.write(f"    {k}: {' '.join(v) if len(v)<15 else 'ALL'}\n")
