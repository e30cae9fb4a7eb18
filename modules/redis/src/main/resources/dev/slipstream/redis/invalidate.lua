drop()
return feed('i')
